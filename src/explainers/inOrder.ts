/**
 * Does `count` jobs, `width` at the same time, and yields their results in order. If one fails, or the caller stops, it
 * waits for the jobs in progress and starts no others, so that nothing keeps running after a cancel.
 * @param job receives a signal that fires when its result is no longer needed, for whatever reason
 */
export async function* inOrder<T>(
  count: number,
  width: number,
  job: (i: number, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<T> {
  const begun = new Map<number, Promise<T>>();
  const over = new AbortController();
  const unwanted = AbortSignal.any([signal, over.signal]);
  let next = 0;
  try {
    for (let i = 0; i < count; i++) {
      for (; next < Math.min(count, i + width); next++) {
        const result = job(next, unwanted);
        // Its failure is reported when its turn comes.
        result.catch(() => {});
        begun.set(next, result);
      }
      yield await begun.get(i)!;
      begun.delete(i);
    }
  } finally {
    over.abort();
    await Promise.allSettled(begun.values());
  }
}
