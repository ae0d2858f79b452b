import { describe, expect, test } from 'vitest';
import { shapley, type Worth } from '../../../src/explainers/sources/shapley.ts';
import { numbers } from '../../tinyModels.ts';

/** A random game of two classes: a value for each coalition. */
function game(count: number, seed: number): Worth {
  const { data } = numbers([2 ** count, 2], seed);
  return async (present) => {
    const mask = Array.from({ length: count }, (_, i) => (present(i) ? 2 ** i : 0)).reduce((sum, bit) => sum + bit, 0);
    return Float64Array.from([data[2 * mask]!, data[2 * mask + 1]!]);
  };
}

/** The mean contribution over all orders, as the definition says. */
async function byDefinition(count: number, worth: Worth): Promise<readonly number[]> {
  const sums = new Float64Array(count);
  let orders = 0;
  const go = async (left: readonly number[], here: readonly number[]): Promise<void> => {
    if (left.length === 0) orders++;
    for (const player of left) {
      const rest = left.filter((each) => each !== player);
      const before = (await worth((each) => here.includes(each)))[0]!;
      const after = (await worth((each) => each === player || here.includes(each)))[0]!;
      let ways = 1;
      for (let i = 2; i <= rest.length; i++) ways *= i;
      sums[player]! += ways * (after - before);
      await go(rest, [...here, player]);
    }
  };
  await go([...sums.keys()], []);
  return Array.from(sums, (sum) => sum / orders);
}

const options = { idle: () => false, exact: 10, samples: 400, seed: 3, progress: () => {} };
const add = (all: readonly Float64Array[], k: number) => all.reduce((sum, row) => sum + row[k]!, 0);

describe('exact', () => {
  test.each([1, 2, 3, 5])('%i players: the mean over all orders, which adds up', async (count) => {
    const worth = game(count, 7 + count);
    const { values, none, all, errors, evaluated } = await shapley(count, worth, options);
    const expected = await byDefinition(count, worth);
    for (const [i, value] of expected.entries()) expect(values[i]![0]).toBeCloseTo(value, 12);
    expect(errors).toBeNull();
    expect(evaluated).toBe(2 ** count);
    for (const k of [0, 1]) expect(add(values, k)).toBeCloseTo(all[k]! - none[k]!, 12);
  });

  test('an idle player gets nothing and costs nothing; alone, a player gets everything', async () => {
    const worth = game(3, 4);
    const without: Worth = (present) => worth((player) => player !== 1 && present(player));
    const { values, evaluated } = await shapley(3, without, { ...options, idle: (player) => player === 1 });
    expect([...values[1]!]).toEqual([0, 0]);
    expect(evaluated).toBe(4);
    const alone = await shapley(3, without, { ...options, idle: (player) => player !== 2 });
    expect(alone.values[2]![0]).toBeCloseTo(alone.all[0]! - alone.none[0]!, 12);
  });
});

describe('sampled', () => {
  const count = 12;

  test('adds up in any case, and is as far from the exact values as its errors say', async () => {
    const worth = game(count, 11);
    const exact = await shapley(count, worth, { ...options, exact: count });
    const { values, errors, none, all, evaluated } = await shapley(count, worth, options);
    expect(evaluated).toBeLessThanOrEqual(400);
    for (const k of [0, 1]) {
      expect(add(values, k)).toBeCloseTo(all[k]! - none[k]!, 10);
      for (const [i, row] of values.entries()) {
        expect(errors![i]![k]).toBeGreaterThan(0);
        expect(Math.abs(row[k]! - exact.values[i]![k]!)).toBeLessThan(5 * errors![i]![k]!);
      }
    }
  });

  test('additive games have no error; the same seed gives the same values', async () => {
    const weights = Array.from({ length: count }, (_, i) => i - 4);
    const additive: Worth = async (present) =>
      Float64Array.of(weights.reduce((sum, w, i) => sum + (present(i) ? w : 0), 0));
    const { values, errors } = await shapley(count, additive, options);
    expect(values.map(([value]) => Math.round(value! * 1e9) / 1e9)).toEqual(weights);
    expect(Math.max(...errors!.map(([error]) => error!))).toBeLessThan(1e-6);
    const [once, again] = [
      await shapley(count, game(count, 5), options),
      await shapley(count, game(count, 5), options),
    ];
    expect(once.values).toEqual(again.values);
  });
});
