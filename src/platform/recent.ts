import { LRUCache } from 'lru-cache';

/** Keeps the `most` entries that were used last. It takes memory as it fills; given `max`, lru-cache takes all of it when it is made, and a start waits. */
export const recent = <Key extends {}, Value extends {}>(most: number): LRUCache<Key, Value> =>
  new LRUCache<Key, Value>({ maxSize: most, sizeCalculation: () => 1 });
