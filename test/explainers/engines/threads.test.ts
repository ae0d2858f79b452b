import { describe, expect, test } from 'vitest';
import { openEngine } from '../../../src/explainers/engines/openEngine.ts';
import { checkThreads, defaultThreads } from '../../../src/explainers/engines/threads.ts';

describe('a number of threads that nobody can mean is refused as such', () => {
  test.each([0, -5, 257, 2000, 2 ** 31, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%s', async (threads) => {
    const usage = { kind: 'usage', subject: 'threads', message: expect.stringContaining(String(threads)) };
    await expect(openEngine({ threads })).rejects.toMatchObject(usage);
    await expect(openEngine({ threads, engine: 'onnxruntime-web' })).rejects.toMatchObject(usage);
  });

  test('those of this machine are not', () => {
    for (const threads of [undefined, 1, 256, defaultThreads()]) expect(() => checkThreads(threads)).not.toThrow();
  });
});
