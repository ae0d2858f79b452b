/** What was read stays valid at least this long, and this many times as long as reading it took. */
const FRESH_MILLISECONDS = 2000;
const FRESH_TIMES = 20;

/** Until when what was begun at `start` and is read now stays valid; both as `performance.now()`. */
export function freshUntil(start: number): number {
  const now = performance.now();
  return now + Math.max(FRESH_MILLISECONDS, FRESH_TIMES * (now - start));
}
