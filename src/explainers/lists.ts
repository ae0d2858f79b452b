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
