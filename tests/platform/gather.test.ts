import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { gather } from '../../src/platform/gather.ts';

/** Something that is done in groups, and which they were; each group is over when it is let go. */
function gathering(most = 16) {
  const groups: string[][] = [];
  const letGo: (() => void)[] = [];
  const act = gather(
    async (items: readonly string[]) => {
      groups.push([...items]);
      await new Promise<void>(resolve => letGo.push(resolve));
      if (items.includes('broken')) throw new Error('this group broke');
      return items.map(item => item.toUpperCase());
    },
    { most, key: item => item[0]! },
  );
  const over = async (count = 1) => {
    for (let n = 0; n < count; n += 1) {
      while (letGo.length === 0) await wait(1);
      letGo.shift()!();
    }
  };
  return { act, groups, over };
}

it('takes together whoever came while the last group was under way, and answers each with its own', async () => {
  const { act, groups, over } = gathering();
  const first = act('a');
  await wait(5);
  const others = ['b', 'c', 'd'].map(act);
  await over(2);
  expect(await Promise.all([first, ...others])).toEqual(['A', 'B', 'C', 'D']);
  expect(groups).toEqual([['a'], ['b', 'c', 'd']]);
});

it('takes at most so many, and of the same key one at a time, in the order they came', async () => {
  const { act, groups, over } = gathering(3);
  const all = ['a1', 'a2', 'b1', 'a3', 'c1', 'd1', 'b2'].map(act);
  await over(3);
  expect(await Promise.all(all)).toEqual(['A1', 'A2', 'B1', 'A3', 'C1', 'D1', 'B2']);
  expect(groups).toEqual([['a1', 'b1', 'c1'], ['a2', 'd1', 'b2'], ['a3']]);
});

it('fails a group with what went wrong in it, and goes on with the next', async () => {
  const { act, over } = gathering(2);
  const all = Promise.allSettled(['a', 'broken', 'c'].map(act));
  await over(2);
  expect((await all).map(one => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message))).toEqual([
    'this group broke',
    'this group broke',
    'C',
  ]);
});

it('lets the next go on where one is held up', async () => {
  const { act, groups } = gathering();
  void act('held up');
  await wait(5);
  void act('next');
  while (groups.length < 2) await wait(5);
  expect(groups).toEqual([['held up'], ['next']]);
});
