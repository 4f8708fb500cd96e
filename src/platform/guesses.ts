import type { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooMany } from '../core/errors.ts';

/** Counts what came from one address and was wrong. In memory: whoever waits for a restart gains a handful of guesses. */
export type GuessLimit = {
  /** Refuses whoever has been wrong too often. What is right never counts. */
  check(address: string): Promise<void>;
  count(address: string): Promise<void>;
};

export function openGuessLimit({ most, seconds }: { most: number; seconds: number }): GuessLimit {
  // Loaded with the first link that is opened: the package brings a limiter for every database there is.
  let opened: Promise<RateLimiterMemory> | undefined;
  const limiter = () => (opened ??= import('rate-limiter-flexible').then(({ RateLimiterMemory: Limiter }) => new Limiter({ points: most, duration: seconds })));
  return {
    async check(address) {
      const known = await (await limiter()).get(keyOf(address));
      if (known && known.consumedPoints >= most) {
        throw new TooMany(
          'There were many attempts from here that were not right. Wait a few minutes, then open the link once more.',
          new Date(Date.now() + known.msBeforeNext),
        );
      }
    },
    async count(address) {
      // Past the limit the library throws its own result; the next check says so.
      await (await limiter()).consume(keyOf(address)).catch((result: Error | RateLimiterRes) => {
        if (result instanceof Error) throw result;
      });
    },
  };
}

/** One household has a whole /64 of IPv6. */
const keyOf = (address: string): string => {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address.replace('::ffff:', '');
  const [head = '', tail = ''] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const middle = address.includes('::') ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0') : [];
  return [...before, ...middle, ...after].slice(0, 4).join(':');
};
