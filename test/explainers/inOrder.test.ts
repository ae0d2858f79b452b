import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/explainers/inOrder.ts';

/** An item that is done after some turns of the event loop; negative ones fail. */
async function work(turns: number): Promise<number> {
  for (let i = 0; i < Math.abs(turns); i++) await new Promise(setImmediate);
  if (turns < 0) throw new Error(`item ${turns}`);
  return turns;
}

async function collect(items: readonly number[], atOnce: number, done: (active: number) => void = () => {}) {
  const results: number[] = [];
  let active = 0;
  const counted = async (item: number) => {
    done(++active);
    try {
      return await work(item);
    } finally {
      active--;
    }
  };
  try {
    for await (const result of inOrder(items, atOnce, counted)) results.push(result);
    return { results, active, error: null };
  } catch (error) {
    return { results, active, error: (error as Error).message };
  }
}

describe('work on a few items at the same time', () => {
  it('gives the results in order, up to the first error, and leaves nothing running', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1, max: 6 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (items, atOnce) => {
          let most = 0;
          const { results, active, error } = await collect(items, atOnce, (now) => {
            most = Math.max(most, now);
          });
          const bad = items.findIndex((item) => item < 0);
          expect(results).toEqual(bad < 0 ? items : items.slice(0, bad));
          expect(error).toBe(bad < 0 ? null : 'item -1');
          expect(active).toBe(0);
          expect(most).toBeLessThanOrEqual(atOnce);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('ends what has begun when the caller stops early', async () => {
    let active = 0;
    const counted = async (item: number) => {
      active++;
      await work(item);
      active--;
      return item;
    };
    for await (const first of inOrder([1, 5, 5, 5], 3, counted)) {
      expect(first).toBe(1);
      break;
    }
    expect(active).toBe(0);
  });
});
