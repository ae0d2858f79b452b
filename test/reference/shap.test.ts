import { afterAll, describe, expect, test } from 'vitest';
import { kernelShap } from '../../src/explainers/methods/shap/kernelShap.ts';
import { partitionShap } from '../../src/explainers/methods/shap/partitionShap.ts';
import { tinyBench } from '../explainers/perturbation/tiny.ts';
import { ReferenceArrays, readJson, relativeL2 } from './cases.ts';

interface Cases {
  readonly partition: readonly {
    readonly samples: number;
    readonly masker: string;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
  readonly kernel: readonly {
    readonly rows: number;
    readonly columns: number;
    readonly samples: number;
    readonly l1Reg?: string;
    /** [classes, segments] */
    readonly values: readonly (readonly number[])[];
    readonly exact?: readonly (readonly number[])[];
  }[];
}

const { kernel, partition } = readJson<Cases>('shap', 'cases.json');

describe('KernelSHAP, with shap’s own coalitions', async () => {
  const bench = await tinyBench();
  afterAll(() => bench.dispose());

  test.each(kernel)('$rows × $columns, $samples samples, l1Reg $l1Reg', async (reference) => {
    const { rows, columns, samples, l1Reg = 'off', values, exact } = reference;
    const maps = await bench.explain(kernelShap, {
      samples,
      l1Reg,
      exact: 0,
      segments: `grid:${rows}x${columns}`,
      hide: 'zero',
    });
    for (const [k, wanted] of values.entries()) {
      const found = maps[k]!.superpixels!.values;
      // The classifier runs in single precision here, in double precision there: its values are of the order of 1.
      for (const [s, value] of wanted.entries()) expect(found[s]).toBeCloseTo(value, 6);
      for (const [s, value] of (exact?.[k] ?? []).entries()) expect(found[s]).toBeCloseTo(value, 6);
      const kept = wanted.some((value) => value !== 0);
      if (kept) expect(Math.abs(maps[k]!.figures['additivityGap']!)).toBeLessThan(1e-6);
      else expect(maps[k]!.notes.join(' ')).toMatch(/selection dropped every superpixel/);
    }
  });
});

describe('PartitionSHAP', async () => {
  const bench = await tinyBench();
  afterAll(() => bench.dispose());
  const arrays = new ReferenceArrays('shap', 'partition.f24.gz');

  test.each(partition)('$masker, $samples samples', async ({ masker, samples, ...place }) => {
    const wanted = arrays.at(place).data;
    const [map] = await bench.explain(partitionShap, { masker, samples }, { targets: [1] });
    expect(relativeL2(map!.values.data, wanted)).toBeLessThan(1e-4);
    expect(Math.abs(map!.figures['additivityGap']!)).toBeLessThan(1e-6);
  });
});
