import { describe, expect, test } from 'vitest';
import { inOrder } from '../../src/explainers/inOrder.ts';

/** Jobs that end when the test says so. */
function jobs() {
  const begun: number[] = [];
  const ends = new Map<number, { resolve(value: string): void; reject(reason: Error): void }>();
  const job = (i: number) => {
    begun.push(i);
    return new Promise<string>((resolve, reject) => ends.set(i, { resolve, reject }));
  };
  return {
    begun,
    job,
    done: (i: number) => ends.get(i)!.resolve(`job ${i}`),
    fail: (i: number) => ends.get(i)!.reject(new Error(`job ${i}`)),
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('jobs in order', () => {
  test('as many at the same time as there is width, results in order whichever ends first', async () => {
    const { begun, job, done } = jobs();
    const results = inOrder(4, 2, job);
    const first = results.next();
    await settled();
    expect(begun).toEqual([0, 1]);
    done(1);
    await settled();
    expect(begun).toEqual([0, 1]);
    done(0);
    expect(await first).toEqual({ value: 'job 0', done: false });
    expect(await results.next()).toEqual({ value: 'job 1', done: false });
    expect(begun).toEqual([0, 1, 2]);
    const third = results.next();
    await settled();
    expect(begun).toEqual([0, 1, 2, 3]);
    done(2);
    done(3);
    expect([(await third).value, (await results.next()).value, (await results.next()).done]).toEqual([
      'job 2',
      'job 3',
      true,
    ]);
  });

  test('a failure is reported in its turn, when nothing is running any more', async () => {
    const { begun, job, done, fail } = jobs();
    const results = inOrder(9, 3, job);
    let told: unknown;
    const first = results.next();
    void first.catch((thrown: Error) => (told = thrown.message));
    await settled();
    fail(0);
    done(1);
    await settled();
    expect(told).toBeUndefined();
    done(2);
    await expect(first).rejects.toThrow('job 0');
    expect(begun).toEqual([0, 1, 2]);
  });

  test('jobs hear that nobody wants their result', async () => {
    const signals: AbortSignal[] = [];
    const job = async (i: number, over: AbortSignal) => {
      signals.push(over);
      return i;
    };
    for await (const i of inOrder(9, 3, job)) if (i === 1) break;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
    const whole: boolean[] = [];
    for await (const over of inOrder(2, 1, async (_, over) => over)) whole.push(over.aborted);
    expect(whole).toEqual([false, false]);
  });

  test('whoever has enough waits for what is under way, and nothing more begins', async () => {
    const { begun, job, done } = jobs();
    const seen: string[] = [];
    const consumer = (async () => {
      for await (const result of inOrder(9, 2, job)) {
        seen.push(result);
        break;
      }
    })();
    let over = false;
    void consumer.then(() => (over = true));
    await settled();
    done(0);
    await settled();
    expect([seen, over, begun]).toEqual([['job 0'], false, [0, 1]]);
    done(1);
    await consumer;
  });
});
