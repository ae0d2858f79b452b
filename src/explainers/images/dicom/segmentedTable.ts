/** The segments of a table (PS3.3 C.7.9.2), by their operation codes. */
const DISCRETE = 0;
const LINEAR = 1;
const INDIRECT = 2;

/**
 * The entries of a segmented palette table: values as they are, ramps from the last value, and segments before
 * repeated.
 * @param words the data in its own units: bytes or 16-bit words
 * @param count how many entries the descriptor promises
 * @returns null if it is damaged, or does not have that many entries
 */
export function expandedTable(words: ArrayLike<number>, wide: boolean, count: number): number[] | null {
  const entries: number[] = [];
  return expand(words, wide, count, 0, Number.POSITIVE_INFINITY, entries, true) && entries.length === count
    ? entries
    : null;
}

function expand(
  words: ArrayLike<number>,
  wide: boolean,
  count: number,
  from: number,
  segments: number,
  entries: number[],
  mayRepeat: boolean,
): boolean {
  let at = from;
  for (let n = 0; n < segments && at + 2 <= words.length && entries.length < count; n++) {
    const [operation, length] = [words[at]!, words[at + 1]!];
    at += 2;
    if (operation === DISCRETE) {
      if (at + length > words.length) return false;
      for (let i = 0; i < length; i++) entries.push(words[at + i]!);
      at += length;
    } else if (operation === LINEAR) {
      const [first, last] = [entries.at(-1), words[at++]];
      if (first === undefined || last === undefined || length === 0) return false;
      for (let i = 1; i <= length; i++) entries.push(Math.round(first + ((last - first) * i) / length));
    } else if (operation === INDIRECT && mayRepeat) {
      // The offset is in bytes, low part first.
      const parts = Array.from({ length: wide ? 2 : 4 }, (_, i) => words[at + i] ?? 0);
      at += parts.length;
      const offset = parts.reduce((sum, part, i) => sum + part * (wide ? 65536 : 256) ** i, 0);
      if (!expand(words, wide, count, wide ? offset / 2 : offset, length, entries, false)) return false;
    } else return false;
  }
  return entries.length <= count;
}
