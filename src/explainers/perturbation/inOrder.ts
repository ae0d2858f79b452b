import type { Executable } from '../engines/engine.ts';

/** How many runs to ask for at the same time: one more than there are lanes, so that none waits for its next. */
export const runsAhead = ({ lanes }: Executable): number => (lanes === 1 ? 1 : lanes + 1);

/**
 * Does `count` jobs, `width` at the same time, and gives their results in order. When one fails, or nobody wants more, those
 * under way are waited for and no further one begins: nothing goes on behind a cancel.
 * @param job hears by `over` that its result is not wanted any more
 */
export async function* inOrder<T>(
  count: number,
  width: number,
  job: (i: number, over: AbortSignal) => Promise<T>,
): AsyncGenerator<T> {
  const begun: Promise<T>[] = [];
  const over = new AbortController();
  try {
    for (let i = 0; i < count; i++) {
      for (let next = begun.length; next < Math.min(count, i + width); next++) {
        const result = job(next, over.signal);
        // Its failure is told when its turn comes.
        result.catch(() => {});
        begun.push(result);
      }
      yield await begun[i]!;
      delete begun[i];
    }
  } finally {
    over.abort();
    await Promise.allSettled(begun);
  }
}
