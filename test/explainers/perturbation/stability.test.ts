import { afterAll, describe, expect, test } from 'vitest';
import { kernelShap } from '../../../src/explainers/methods/shap/kernelShap.ts';
import { OwenSearch } from '../../../src/explainers/methods/shap/owen.ts';
import { partitionShap } from '../../../src/explainers/methods/shap/partitionShap.ts';
import { mapCorrelation, rankCorrelation } from '../../../src/explainers/perturbation/stability.ts';
import { tinyBench } from './tiny.ts';

describe('how alike two maps are', () => {
  test('is their rank correlation: 1 for the same order, −1 for the opposite, 1 for two without any', () => {
    expect(rankCorrelation([1, 2, 9], [0, 5, 6])).toBe(1);
    expect(rankCorrelation([1, 2, 9], [3, 2, 1])).toBe(-1);
    expect(rankCorrelation([4, 4, 4], [0, 0, 0])).toBe(1);
    expect(rankCorrelation([4, 4, 4], [0, 1, 2])).toBe(0);
  });

  test('of large maps is measured on a sixteenth of their pixels', () => {
    const width = 80;
    const slope = Float64Array.from({ length: width * width }, (_, i) => i);
    expect(mapCorrelation(slope, slope.map(Math.sqrt), width)).toBe(1);
    const rest = slope.map((value, i) => ((i % width) % 4 === 0 ? value : -value));
    expect(mapCorrelation(slope, rest, width)).toBe(1);
  });
});

describe('PartitionSHAP', async () => {
  const tiny = await tinyBench();
  afterAll(() => tiny.dispose());

  test('credits half of everything to each half of the contexts', () => {
    // A game of four pixels: worth the square of the sum of what is kept.
    const worth = [1, 2, 4, 3];
    const search = new OwenSearch([0, 1, 0, 4, 0, 1], Float64Array.of(0), Float64Array.of(100), { budget: 100, batch: 10, seed: 0 }); // biome-ignore format: one line
    for (let masks = search.next(); masks.length > 0; masks = search.next()) {
      search.take(
        masks.map((kept) => {
          const seen = new Set<number>();
          for (let link: typeof kept | null = kept; link; link = link.before)
            for (let x = link.box[2]; x < link.box[3]; x++) seen.add(x);
          return Float64Array.of([...seen].reduce((sum, x) => sum + worth[x]!, 0) ** 2);
        }),
      );
    }
    const halves = [0, 0];
    const shares = new Float64Array(4);
    search.settle(([, , left], credit, odd) => {
      halves[Number(odd)]! += credit[0]!;
      shares[left]! += credit[0]!;
    });
    // Of a game of products of two, both halves are the same, and each is w · Σ w.
    expect([...shares]).toEqual(worth.map((each) => expect.closeTo(10 * each, 10)));
    expect(halves).toEqual([expect.closeTo(50, 10), expect.closeTo(50, 10)]);
  });

  test('says how alike the maps of both halves are, and ends when they are, if asked to', async () => {
    const [whole] = await tiny.explain(partitionShap, { samples: 4000, masker: 'zero' }, { targets: [1] });
    expect(whole!.figures['stability']).toBeGreaterThan(0.95);
    const settings = { samples: 4000, masker: 'zero', stopWhenStable: true };
    const [ended] = await tiny.explain(partitionShap, settings, { targets: [1] });
    expect(ended!.notes.join(' ')).toMatch(/Stopped after \d+ of 4000 samples: two halves of them agree/);
    expect(ended!.figures['samples']).toBeLessThan(4000);
    expect(mapCorrelation(ended!.values.data as Float32Array, whole!.values.data as Float32Array, 24)).toBeGreaterThan(0.9); // biome-ignore format: one line
  });
});

test('KernelSHAP ends when the map is stable, if asked to, wherever batches end', async () => {
  const tiny = await tinyBench();
  const settings = { samples: 3000, segments: 'grid:4x4', hide: 'zero', stopWhenStable: true };
  const ends = [];
  for (const batchMemory of [1, 2 ** 30]) ends.push(await tiny.explain(kernelShap, settings, { batchMemory }));
  expect(ends[0]![0]!.notes.join(' ')).toMatch(/Stopped after \d+ of 3002 samples: two halves of them agree/);
  expect(ends[1]!.map(({ notes }) => notes)).toEqual(ends[0]!.map(({ notes }) => notes));
  expect(ends[1]!.map(({ values }) => values.data)).toEqual(ends[0]!.map(({ values }) => values.data));
  await tiny.dispose();
});
