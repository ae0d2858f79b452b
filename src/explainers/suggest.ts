const LONGEST = 100;

/** The candidate that was probably meant by a mistyped name, or undefined if none is near. Letter case is ignored. */
export function closest(typed: string, candidates: Iterable<string>): string | undefined {
  // The cost is the product of the lengths, and nobody mistypes such a long name.
  if (typed.length > LONGEST) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate.length > LONGEST) continue;
    const distance = editDistance(typed.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** A sentence to add to an error: ` Did you mean 'labels'?`, or nothing. */
export function didYouMean(typed: string, candidates: Iterable<string>): string {
  const found = closest(typed, candidates);
  return found === undefined ? '' : ` Did you mean '${found}'?`;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); `limit` if it is no less. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replace, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    [beforeLast, last] = [last, row];
  }
  return Math.min(limit, last[b.length]!);
}
