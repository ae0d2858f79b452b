import type { LRUCache } from 'lru-cache';

/**
 * The value kept under the key, or the result of `make`, which is kept; a promise that fails is forgotten.
 * @param size its bytes, if those that are kept are limited by bytes; one that is larger than all may be is kept alone
 */
export function keptOr<V extends object>(
  kept: LRUCache<string, V>,
  key: string,
  make: () => V,
  size?: (value: V) => number,
): V {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const value = make();
  kept.set(key, value, size && { size: Math.max(1, Math.min(size(value), kept.maxSize)) });
  if (value instanceof Promise) value.catch(() => kept.peek(key) === value && kept.delete(key));
  return value;
}
