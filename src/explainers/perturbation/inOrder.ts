import type { Executable } from '../engines/engine.ts';

/** How many runs to ask for at the same time: one more than there are lanes, so that none waits for its next. */
export const runsAhead = ({ lanes }: Executable): number => (lanes === 1 ? 1 : lanes + 1);

/**
 * Does `count` jobs, `width` at the same time, and gives their results in order. When one fails, or nobody wants more, those
 * under way are waited for and no further one begins: nothing goes on behind a cancel.
 * @param job hears by its signal that its result is not wanted any more, be it by `signal`
 */
export async function* inOrder<T>(
  count: number,
  width: number,
  job: (i: number, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<T> {
  const begun: Promise<T>[] = [];
  const over = new AbortController();
  const unwanted = AbortSignal.any([signal, over.signal]);
  try {
    for (let i = 0; i < count; i++) {
      for (let next = begun.length; next < Math.min(count, i + width); next++) {
        const result = job(next, unwanted);
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
