/** Adds all of them. A spread would put each on the stack, which has room for about a hundred thousand. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const each of more) list.push(each);
}

/** The smallest number; Infinity if there is none, NaN if one is NaN. */
export function least(numbers: Iterable<number>): number {
  let result = Infinity;
  for (const each of numbers) result = Math.min(result, each);
  return result;
}

/** The largest number; −Infinity if there is none, NaN if one is NaN. */
export function greatest(numbers: Iterable<number>): number {
  let result = -Infinity;
  for (const each of numbers) result = Math.max(result, each);
  return result;
}

/**
 * What `of` makes of each value. `TypedArray.from` with a function collects the values in a list first, which ends the
 * process from about 90 million values on.
 */
export function mapped<T extends { [i: number]: number | bigint }, V>(
  Kind: new (length: number) => T,
  values: ArrayLike<V>,
  of: (value: V, i: number) => T[number],
): T {
  const out = new Kind(values.length);
  for (let i = 0; i < values.length; i++) out[i] = of(values[i]!, i);
  return out;
}
