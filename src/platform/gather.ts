/** What takes longer than this no longer holds the next ones up: it may wait for a lock, or its line may be dead. */
const slowMs = 100;

type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };

/**
 * Does one thing at a time, and each time for everybody who came while the last one was under way: whoever comes alone waits for nobody.
 * `act` answers in the order of its items, at most `most` of them. Of those with the same `key` one goes at a time, in the order they came.
 */
export function gather<Item, Result>(
  act: (items: readonly Item[]) => Promise<readonly Result[]>,
  { most, key }: { most: number; key?: (item: Item) => string },
): (item: Item) => Promise<Result> {
  let queue: Waiting<Item, Result>[] = [];
  let running = false;

  /** The next to go together; the others keep their order. */
  function take(): Waiting<Item, Result>[] {
    const taken: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    const present = new Set<unknown>();
    for (const one of queue) {
      const of = key ? key(one.item) : one;
      (taken.length < most && !present.has(of) ? taken : left).push(one);
      present.add(of);
    }
    queue = left;
    return taken;
  }

  async function answer(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await act(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index]!);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function run(): Promise<void> {
    for (let group = take(); group.length > 0; group = take()) {
      const answered = answer(group);
      await new Promise<void>(next => {
        const slow = setTimeout(next, slowMs);
        void answered.then(() => {
          clearTimeout(slow);
          next();
        });
      });
    }
    running = false;
  }

  return item =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (running) return;
      running = true;
      // Not at once: what else this turn of the loop brings goes with it.
      setImmediate(() => void run());
    });
}
