import { describe, expect, test, vi } from 'vitest';
import { SharedWork } from '../../../src/explainers/session/sharedWork.ts';

function makeWork() {
  const lost = vi.fn();
  let finish = (_: number) => {};
  let fail = (_: Error) => {};
  let ended = new AbortController().signal;
  const work = new SharedWork<number>((signal) => {
    ended = signal;
    return new Promise((resolve, reject) => {
      [finish, fail] = [resolve, reject];
    });
  }, lost);
  return { work, lost, finish: (value: number) => finish(value), fail: (error: Error) => fail(error), ended };
}

describe('work that several requests wait for', () => {
  test('one that is cancelled leaves at once, and the others have the result', async () => {
    const { work, lost, finish, ended } = makeWork();
    const first = new AbortController();
    const waiting = [work.wait(first.signal), work.wait(new AbortController().signal), work.wait()];
    first.abort();
    await expect(waiting[0]).rejects.toMatchObject({ kind: 'cancelled' });
    expect(ended.aborted).toBe(false);
    finish(7);
    expect(await Promise.all(waiting.slice(1))).toEqual([7, 7]);
    expect(lost).not.toHaveBeenCalled();
  });

  test('it is ended when the last one has been cancelled, and not before', async () => {
    const { work, lost, ended } = makeWork();
    const [a, b] = [new AbortController(), new AbortController()];
    const waiting = [work.wait(a.signal), work.wait(b.signal)];
    for (const each of waiting) each.catch(() => {});
    a.abort();
    await expect(waiting[0]).rejects.toMatchObject({ kind: 'cancelled' });
    expect([ended.aborted, lost.mock.calls.length]).toEqual([false, 0]);
    b.abort();
    await expect(waiting[1]).rejects.toMatchObject({ kind: 'cancelled' });
    expect([ended.aborted, lost.mock.calls.length]).toEqual([true, 1]);
  });

  test('a result is kept whoever is cancelled afterwards', async () => {
    const { work, lost, finish, ended } = makeWork();
    finish(7);
    expect(await work.wait()).toBe(7);
    const late = new AbortController();
    const waiting = work.wait(late.signal);
    late.abort();
    await waiting.catch(() => {});
    expect([ended.aborted, lost.mock.calls.length, await work.wait()]).toEqual([false, 0, 7]);
  });

  test('a failure reaches everybody, and it is lost once', async () => {
    const { work, lost, fail } = makeWork();
    const waiting = [work.wait(), work.wait(new AbortController().signal)];
    fail(new Error('damaged'));
    for (const each of waiting) await expect(each).rejects.toThrow('damaged');
    expect(lost).toHaveBeenCalledOnce();
  });

  test('a request that was cancelled before does not wait', async () => {
    const { work } = makeWork();
    await expect(work.wait(AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
