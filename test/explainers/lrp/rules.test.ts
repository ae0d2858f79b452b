import { afterAll, describe, expect, it } from 'vitest';
import { backward } from '../../../src/explainers/autodiff/backward.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { linearRelevance } from '../../../src/explainers/lrp/linear.ts';
import type { LinearRule } from '../../../src/explainers/lrp/rule.ts';
import {
  alphaBetaRule,
  epsilonRule,
  flatRule,
  gammaRule,
  wSquareRule,
  zBoxRule,
  zeroRule,
  zPlusRule,
} from '../../../src/explainers/lrp/rules.ts';
import { opEntry } from '../../../src/explainers/ops/opTable.ts';
import { sizeOf, type TensorOf } from '../../../src/explainers/tensor/tensor.ts';
import { Draw } from '../../laws/parts/random.ts';
import { type Dense, TWINS } from './twins.ts';

const RULES: readonly LinearRule[] = [
  epsilonRule(1e-6),
  { ...epsilonRule(0.25), id: 'epsilon' },
  zeroRule(),
  zPlusRule(),
  alphaBetaRule(2, 1),
  alphaBetaRule(3, 2),
  gammaRule(0.25),
  gammaRule(1.5),
  zBoxRule(),
  wSquareRule(),
  flatRule(),
];

const engine = await openOnnxRuntime({ threads: 1 });
afterAll(() => engine.dispose());

const float64 = (shape: readonly number[], values: readonly number[]): TensorOf<'float64'> => ({
  dtype: 'float64',
  shape,
  data: Float64Array.from(values),
});
const float32 = (shape: readonly number[], values: readonly number[]): TensorOf<'float32'> => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

interface Layer {
  readonly op: string;
  readonly attributes: Readonly<Record<string, readonly number[]>>;
  readonly x: TensorOf<'float32'> | TensorOf<'float64'>;
  readonly constants: readonly (TensorOf<'float32'> | TensorOf<'float64'>)[];
  readonly output: readonly number[];
}

/** Relevance of the layer's input for K = 2 relevances of its output, by our rule in the graph. */
async function ours(
  layer: Layer,
  rule: LinearRule,
  relevance: readonly (readonly number[])[],
  nonNegative: boolean,
  low: number,
  high: number,
) {
  const { dtype, shape } = layer.x;
  const tensor = dtype === 'float64' ? float64 : float32;
  const b = new GraphBuilder('layer');
  const x = b.input('x', { dtype, shape });
  const y = b.node(layer.op, [x, ...layer.constants.map((constant) => b.constant(constant, 'w'))], layer.attributes);
  b.type(y, { dtype, shape: layer.output });
  b.setOutputs([y]);
  const graph = b.build();
  const grown = new GraphBuilder(graph);
  const seeds = grown.input('relevance', { dtype, shape: ['K', ...layer.output] });
  const bounds = { low: grown.constant(tensor([], [low])), high: grown.constant(tensor([], [high])) };
  const entry = opEntry(layer.op, '')!;
  const gradients = backward(grown, graph, {
    seeds: new Map([[y, seeds]]),
    wrt: [x],
    override: () => (c) =>
      linearRelevance(c, { entry, parts: entry.linear!, rule, nonNegative, image: { graph, input: x, bounds } }),
  });
  grown.setOutputs([gradients.get(x)!]);
  const executable = await engine.compile(grown.build());
  const results = await executable.run(
    new Map<string, Layer['x']>([
      ['x', layer.x],
      ['relevance', tensor([relevance.length, ...layer.output], relevance.flat())],
    ]),
  );
  await executable.dispose();
  const values = Array.from([...results.values()][0]!.data as Float64Array);
  return relevance.map((_, k) => values.slice(k * sizeOf(shape), (k + 1) * sizeOf(shape)));
}

function close(actual: readonly number[], expected: readonly number[], tolerance: number) {
  const scale = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries())
    expect(Math.abs(actual[i]! - value) / scale, `element ${i}`).toBeLessThan(tolerance);
}

const LOW = -2;
const HIGH = 3;

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each([1, 2, 3])('on a dense layer is what its definition says (seed %i)', async (seed) => {
    const draw = new Draw(seed);
    const [n, m] = [7, 5];
    const nonNegative = seed === 3;
    const numbers = (count: number) => Array.from({ length: count }, () => draw.uniform(-1, 1));
    const x = numbers(n).map((value) => (nonNegative ? Math.abs(value) : value));
    const [w, b] = [numbers(n * m), numbers(m)];
    const relevance = [numbers(m), numbers(m)];
    const layer: Dense = {
      x,
      w: x.map((_, j) => w.slice(j * m, (j + 1) * m)),
      b,
      low: x.map(() => LOW),
      high: x.map(() => HIGH),
    };
    const op = {
      op: 'Gemm',
      attributes: {},
      x: float64([1, n], x),
      constants: [float64([n, m], w), float64([m], b)],
      output: [1, m],
    };
    const results = await ours(op, rule, relevance, nonNegative, LOW, HIGH);
    for (const [k, result] of results.entries()) close(result, TWINS[id]!(layer, relevance[k]!, rule), 1e-11);
  });

  it('on a strided, padded convolution is the same rule on its unrolled matrix', async () => {
    const draw = new Draw(11);
    const numbers = (count: number) => Array.from({ length: count }, () => draw.uniform(-1, 1));
    const [channels, size, filters, kernel, stride, pad] = [2, 5, 3, 3, 2, 1];
    const side = Math.floor((size + 2 * pad - kernel) / stride) + 1;
    const [x, w, b] = [
      numbers(channels * size * size),
      numbers(filters * channels * kernel * kernel),
      numbers(filters),
    ];
    const [n, m] = [x.length, filters * side * side];
    const matrix = Array.from({ length: n }, () => new Array<number>(m).fill(0));
    const inside = Array.from({ length: n }, () => new Array<boolean>(m).fill(false));
    for (let f = 0; f < filters; f++)
      for (let oy = 0; oy < side; oy++)
        for (let ox = 0; ox < side; ox++)
          for (let c = 0; c < channels; c++)
            for (let ky = 0; ky < kernel; ky++)
              for (let kx = 0; kx < kernel; kx++) {
                const [iy, ix] = [oy * stride + ky - pad, ox * stride + kx - pad];
                if (iy < 0 || ix < 0 || iy >= size || ix >= size) continue;
                const [j, k] = [(c * size + iy) * size + ix, (f * side + oy) * side + ox];
                matrix[j]![k] = w[((f * channels + c) * kernel + ky) * kernel + kx]!;
                inside[j]![k] = true;
              }
    const relevance = [numbers(m)];
    const layer: Dense = {
      x,
      w: matrix,
      b: Array.from({ length: m }, (_, k) => b[Math.floor(k / (side * side))]!),
      low: x.map(() => LOW),
      high: x.map(() => HIGH),
    };
    const op = {
      op: 'Conv',
      attributes: { strides: [stride, stride], pads: [pad, pad, pad, pad], kernel_shape: [kernel, kernel] },
      x: float32([1, channels, size, size], x),
      constants: [float32([filters, channels, kernel, kernel], w), float32([filters], b)],
      output: [1, filters, side, side],
    };
    const [result] = await ours(op, rule, relevance, false, LOW, HIGH);
    // On the unrolled matrix flat must not reach outside the receptive field.
    const expected =
      id === 'flat'
        ? x.map((_, j) =>
            relevance[0]!.reduce(
              (sum, r, k) => sum + (inside[j]![k] ? r / (inside.filter((to) => to[k]).length + 1e-6) : 0),
              0,
            ),
          )
        : TWINS[id]!(layer, relevance[0]!, rule);
    // An output near 0 makes ε = 0 and ε = 1e-6 ill-conditioned in float32.
    close(result!, expected, 2e-4);
  });
});
