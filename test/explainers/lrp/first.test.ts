import { afterAll, describe, expect, test } from 'vitest';
import type { AnyParameters } from '../../../src/explainers/contracts/parameters.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { lrp } from '../../../src/explainers/methods/relevance/lrp.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { explainerFor } from '../../reference/explain.ts';
import { modelOf } from '../methods/closedForm.ts';

/** x [2] → 1 × 1 convolution W → dense V, without biases. */
const W = [
  [1, 2],
  [3, -1],
] as const;
const V = [2, 1] as const;
const x = [0.5, 0.25] as const;
const [LOW, HIGH] = [-1, 2];

async function explainer() {
  const b = new GraphBuilder('first');
  const image = b.input('image', { dtype: 'float32', shape: [1, 2, 1, 1] });
  const layer = b.node('Conv', [image, b.constant(float32([2, 2, 1, 1], W.flat()))], {}, 'layer');
  b.setOutputs([b.node('Gemm', [b.node('Flatten', [layer]), b.constant(float32([2, 1], V))], {}, 'logits')]);
  return explainerFor(modelOf(b.build(), [1, 2, 1, 1]), { low: [LOW, LOW], high: [HIGH, HIGH] });
}

describe('the rule of the first layer', async () => {
  const opened = await explainer();
  afterAll(() => opened.dispose());
  const z = W.map((row) => row[0] * x[0] + row[1] * x[1]);
  const logit = z[0]! * V[0] + z[1]! * V[1];
  // What the dense layer hands to the convolution, by ε.
  const relevance = z.map((value, k) => (value * V[k]!) / logit);
  /** Σ_k part_kj / Σ_j part_kj · R_k */
  const spread = (part: (k: number, j: number) => number) =>
    [0, 1].map((j) => relevance.reduce((sum, r, k) => sum + (r * part(k, j)) / (part(k, 0) + part(k, 1)), 0));

  test.each([
    ['flat', 'epsilon', () => 1],
    ['wSquare', 'epsilon', (k: number, j: number) => W[k]![j]! ** 2],
    [
      'zBox',
      'epsilon',
      (k: number, j: number) => {
        const w = W[k]![j]!;
        return x[j]! * w - LOW * Math.max(w, 0) - HIGH * Math.min(w, 0);
      },
    ],
    ['same', 'epsilonPlusFlat', (k: number, j: number) => Math.max(0, W[k]![j]! * x[j]!)],
    ['composite', 'epsilonPlusFlat', () => 1],
    ['composite', 'epsilon', (k: number, j: number) => W[k]![j]! * x[j]!],
  ] as const)('%s, in composite %s', async (first, composite, part) => {
    const [map] = await opened.explain(lrp, { composite, first }, float32([1, 2, 1, 1], x), [0]);
    const expected = spread(part as (k: number, j: number) => number);
    expect([...map!.values.data]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
    expect(map!.notes[0]!.includes('First layer:')).toBe(first !== 'composite');
  });

  test('z𝓑 of a model that takes channels last and scales them itself, one turned over', async () => {
    const scales = [-2, 3] as const;
    const b = new GraphBuilder('first');
    const image = b.input('image', { dtype: 'float32', shape: [1, 1, 1, 2] });
    const scaled = b.node('Mul', [image, b.constant(float32([2], scales))]);
    const layer = b.node(
      'Conv',
      [b.node('Transpose', [scaled], { perm: [0, 3, 1, 2] }), b.constant(float32([2, 2, 1, 1], W.flat()))],
      {},
      'layer',
    );
    b.setOutputs([b.node('Gemm', [b.node('Flatten', [layer]), b.constant(float32([2, 1], V))], {}, 'logits')]);
    const own = await explainerFor(modelOf(b.build(), [1, 1, 1, 2], 'nhwc'), { low: [LOW, LOW], high: [HIGH, HIGH] });
    const input = float32([1, 1, 1, 2], [x[0] / scales[0], x[1] / scales[1]]);
    const ways: readonly AnyParameters[] = [{ composite: 'epsilon', first: 'zBox' }, { composite: 'epsilonGammaBox' }];
    for (const settings of ways) {
      const [map] = await own.explain(lrp, settings, input, [0]);
      const expected = spread((k, j) => {
        const w = W[k]![j]!;
        const [low, high] = [LOW * scales[j]!, HIGH * scales[j]!].sort((a, c) => a - c) as [number, number];
        return x[j]! * w - low * Math.max(w, 0) - high * Math.min(w, 0);
      });
      expect([...map!.values.data]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
    }
    await own.dispose();
  });

  test('in gradient form too: AttnLRP of a network without attention is ε', async () => {
    const run = async (composite: string) =>
      (await opened.explain(lrp, { composite, first: 'wSquare', start: 'logit' }, float32([1, 2, 1, 1], x), [0]))[0]!;
    const [a, b] = [await run('attnLrp'), await run('epsilon')];
    expect([...a.values.data]).toEqual([...b.values.data].map((value) => expect.closeTo(value, 4)));
  });
});
