import type { LRUCache } from 'lru-cache';

/** The value kept under the key, or the result of `make`, which is kept; a promise that fails is forgotten. */
export function keptOr<V extends object>(kept: LRUCache<string, V>, key: string, make: () => V): V {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const value = make();
  kept.set(key, value);
  if (value instanceof Promise) value.catch(() => kept.peek(key) === value && kept.delete(key));
  return value;
}
