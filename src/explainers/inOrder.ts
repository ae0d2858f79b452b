/**
 * Works on a few items at the same time and yields the results in the items' order. An error is thrown when its turn
 * comes; whatever has begun by then ends before this does.
 */
export async function* inOrder<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, place: number) => Promise<R>,
): AsyncGenerator<R, void> {
  const begun: Promise<R>[] = [];
  try {
    for (let place = 0; place < items.length; place++) {
      for (let next = place; next < Math.min(items.length, place + atOnce); next++)
        begun[next] ??= quiet(work(items[next]!, next));
      yield await begun[place]!;
      delete begun[place];
    }
  } finally {
    await Promise.allSettled(begun.filter(Boolean));
  }
}

/** An error is reported to whoever waits for it, however late. */
function quiet<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => {});
  return promise;
}
