// What is no linear layer: zennit's Norm and Pass, and what else hands relevance on, each against its definition
// written out.
import { afterAll, describe, expect, test } from 'vitest';
import { backward } from '../../../src/explainers/autodiff/backward.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { COMPOSITES } from '../../../src/explainers/lrp/composite.ts';
import { relevanceRules } from '../../../src/explainers/lrp/propagate.ts';
import { specialize } from '../../../src/explainers/ops/infer.ts';
import { sizeOf } from '../../../src/explainers/tensor/tensor.ts';
import { numbers } from '../../tinyModels.ts';

const engine = await openOnnxRuntime({ threads: 1 });
afterAll(() => engine.dispose());

const SIDE = 4;
const SHAPE = [1, 2, SIDE, SIDE] as const;
const x = numbers(SHAPE, 5);
const X = Array.from(x.data);
const stabilised = (z: number) => z + (z >= 0 ? 1e-6 : -1e-6);

/** Relevance of x by composite ε-plus, through what `make` builds. */
async function through(make: (b: GraphBuilder, image: string) => string) {
  const b = new GraphBuilder('role');
  const image = b.input('x', { dtype: 'float32', shape: SHAPE });
  b.setOutputs([make(b, image)]);
  const graph = specialize(b.build(), new Map([['x', SHAPE]]));
  const [y] = graph.outputs as [string];
  const shape = graph.types.get(y)!.shape as readonly number[];
  const relevance = numbers([1, ...shape], 6);
  const grown = new GraphBuilder(graph);
  const seeds = grown.input('relevance', { dtype: 'float32', shape: relevance.shape });
  const composite = COMPOSITES.find(({ id }) => id === 'epsilonPlus')!;
  const options = { epsilon: 1e-6, gamma: 0.25 };
  const override = relevanceRules(graph, { composite, options, input: 'x', bounds: null });
  const gradients = backward(grown, graph, { seeds: new Map([[y, seeds]]), wrt: ['x'], override });
  grown.setOutputs([gradients.get('x')!]);
  const executable = await engine.compile(grown.build());
  const feeds = new Map([
    ['x', x],
    ['relevance', relevance],
  ]);
  const found = [...(await executable.run(feeds)).values()][0]!.data as Float32Array;
  await executable.dispose();
  expect(found).toHaveLength(sizeOf(SHAPE));
  return { found: Array.from(found), relevance: Array.from(relevance.data) };
}

function close(found: readonly number[], wanted: readonly number[]) {
  const scale = Math.max(...wanted.map(Math.abs));
  for (const [i, value] of wanted.entries()) expect(Math.abs(found[i]! - value) / scale, `element ${i}`).toBeLessThan(1e-5); // biome-ignore format: one line
}

/** z_jk of windows of `size`, every `size` pixels: which input counts for which output. */
const windowOf = (i: number, size: number) => {
  const [c, row, column] = [Math.floor(i / SIDE ** 2), Math.floor(i / SIDE) % SIDE, i % SIDE];
  const wide = SIDE / size;
  return c * wide ** 2 + Math.floor(row / size) * wide + Math.floor(column / size);
};
const inWindow = (k: number, size: number) => X.filter((_, i) => windowOf(i, size) === k);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Norm: in proportion to what each part adds', () => {
  test.each([
    ['AveragePool', 2, { kernel_shape: [2, 2], strides: [2, 2] }],
    ['GlobalAveragePool', SIDE, {}],
  ] as const)('%s', async (op, size, attributes) => {
    const { found, relevance } = await through((b, image) => b.node(op, [image], attributes));
    close(
      found,
      X.map((value, i) => {
        const k = windowOf(i, size);
        return (value / size ** 2 / stabilised(mean(inWindow(k, size)))) * relevance[k]!;
      }),
    );
  });

  test('a residual sum, one of whose branches is an activation', async () => {
    const { found, relevance } = await through((b, image) => b.node('Add', [b.node('Relu', [image]), image]));
    close(
      found,
      X.map((value, i) => {
        const [branch, sum] = [Math.max(value, 0), Math.max(value, 0) + value];
        return ((branch + value) / stabilised(sum)) * relevance[i]!;
      }),
    );
  });
});

describe('Pass: relevance as it is', () => {
  test.each([
    'Relu',
    'Sigmoid',
    'Tanh',
    'Elu',
    'LeakyRelu',
    'HardSigmoid',
    'HardSwish',
    'Softplus',
    'Clip',
    'Identity',
  ])('%s', async (op) => {
    const { found, relevance } = await through((b, image) => b.node(op, [image]));
    close(found, relevance);
  });

  test('x · σ(x) and a gate of squeeze-and-excitation: all to what passes', async () => {
    const silu = await through((b, image) => b.node('Mul', [image, b.node('Sigmoid', [image])]));
    close(silu.found, silu.relevance);
    const gated = await through((b, image) =>
      b.node('Mul', [b.node('Sigmoid', [b.node('GlobalAveragePool', [image])]), image]),
    );
    close(gated.found, gated.relevance);
  });
});

test('a product of two signals: half to each, together all', async () => {
  const { found, relevance } = await through((b, image) => b.node('Mul', [image, b.node('Relu', [image])]));
  close(
    found,
    X.map((value, i) => {
      const z = value * Math.max(value, 0);
      return ((0.5 * z + 0.5 * z) / stabilised(z)) * relevance[i]!;
    }),
  );
});

describe('as the gradient', () => {
  test('MaxPool: the winner takes it all', async () => {
    const { found, relevance } = await through((b, image) =>
      b.node('MaxPool', [image], { kernel_shape: [2, 2], strides: [2, 2] }),
    );
    const wins = (i: number) => X[i] === Math.max(...inWindow(windowOf(i, 2), 2));
    close(
      found,
      X.map((_, i) => (wins(i) ? relevance[windowOf(i, 2)]! : 0)),
    );
  });

  test('Concat: each part gets its own', async () => {
    const { found, relevance } = await through((b, image) => b.node('Concat', [image, image], { axis: 1 }));
    close(
      found,
      X.map((_, i) => relevance[i]! + relevance[i + X.length]!),
    );
  });
});
