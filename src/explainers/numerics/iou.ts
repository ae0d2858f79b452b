/** Intersection over union from the sizes of both sets and of their intersection; null if both are empty. */
export function iouOf(both: number, first: number, second: number): number | null {
  const either = first + second - both;
  return either > 0 ? both / either : null;
}

/** For two masks of ones and zeros; null if both are empty. */
export function maskIou(a: Uint8Array, b: Uint8Array): number | null {
  let both = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < a.length; i++) {
    both += a[i]! & b[i]!;
    first += a[i]!;
    second += b[i]!;
  }
  return iouOf(both, first, second);
}
