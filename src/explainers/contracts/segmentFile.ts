const ENDING = /\.(npy|png)$/i;

/** The name of the segment file that a value of a parameter is; null if it is none. */
export function segmentFileIn(value: unknown): string | null {
  const name = typeof value === 'string' ? value.trim() : '';
  return ENDING.test(name) ? name : null;
}
