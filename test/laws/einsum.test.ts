// Einsum and what else says the same: other operators, other orders of letters, one network in several spellings.
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { verify } from '../../src/explainers/graph/verify.ts';
import { COMPOSITES } from '../../src/explainers/lrp/composite.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { explainable } from '../../src/explainers/models/explainable.ts';
import { canonicalize } from '../../src/explainers/ops/canonical/canonicalize.ts';
import { float32, int64, type Tensor, type TensorOf } from '../../src/explainers/tensor/tensor.ts';
import { relativeL2 } from '../reference/cases.ts';
import { explainerFor } from '../reference/explain.ts';
import { numbers } from '../tinyModels.ts';
import { checkGraph } from './parts/checkGradient.ts';
import { ANYWHERE, pick } from './parts/quickMethods.ts';
import { Draw } from './parts/random.ts';

const engine: Engine = await openOnnxRuntime({ threads: 1 });
afterAll(() => engine.dispose());

interface Sum {
  readonly equation: string;
  readonly shapes: readonly (readonly number[])[];
  readonly constant: readonly boolean[];
}

/** One to three operands of up to four letters, some twice, some axes of length 1, with an ellipsis or without. */
const sums: fc.Arbitrary<Sum> = fc
  .record({
    terms: fc.array(
      fc.record({
        letters: fc.array(fc.constantFrom(...'abcd'), { minLength: 1, maxLength: 4 }),
        dots: fc.boolean(),
        ones: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    // Axes of the ellipsis: ONNX Runtime wants as many of each operand that has one.
    ellipsis: fc.integer({ min: 0, max: 2 }),
    sizes: fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 4, maxLength: 4 }),
    output: fc.shuffledSubarray([...'abcd']),
    explicit: fc.boolean(),
    weights: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  })
  .map(({ terms, ellipsis, sizes, output, explicit, weights }) => {
    const used = new Set(terms.flatMap(({ letters }) => letters));
    // ONNX Runtime takes no diagonal of which one axis is repeated, so that only letters that stand once are.
    const shapes = terms.map(({ letters, dots, ones }) => [
      ...(dots ? [5, 3].slice(2 - ellipsis).map((size, i) => (ones[4 + i] && terms.length > 1 ? 1 : size)) : []),
      ...letters.map((letter, i) => {
        const once = letters.indexOf(letter) === letters.lastIndexOf(letter);
        return ones[i] && once && terms.length > 1 ? 1 : sizes['abcd'.indexOf(letter)]!;
      }),
    ]);
    const left = terms.map(({ letters, dots }) => (dots ? '...' : '') + letters.join('')).join(',');
    const right = (terms.some(({ dots }) => dots) ? '...' : '') + output.filter((letter) => used.has(letter)).join('');
    return { equation: explicit ? `${left}->${right}` : left, shapes, constant: weights.slice(0, terms.length) };
  })
  .filter(({ constant }) => constant.includes(false));

function graphOf({ equation, shapes, constant }: Sum) {
  const b = new GraphBuilder('sum');
  const feeds = new Map<string, Tensor>();
  const names = shapes.map((shape, i) => {
    const values = numbers(shape, i + 1);
    if (constant[i]) return b.constant(values, 'weight');
    const name = b.input(`x${i}`, { dtype: 'float32', shape });
    feeds.set(name, values);
    return name;
  });
  b.setOutputs([b.node('Einsum', names, { equation })]);
  return { graph: b.build(), feeds };
}

async function run(graph: Graph, feeds: ReadonlyMap<string, Tensor>) {
  const executable = await engine.compile(graph);
  const result = (await executable.run(feeds)).get(graph.outputs[0]!)!;
  await executable.dispose();
  return result as TensorOf<'float32'>;
}

describe('an Einsum in other operators', () => {
  test('is what the runtime makes of it, for any equation', async () => {
    await fc.assert(
      fc.asyncProperty(sums, async (sum) => {
        const { graph, feeds } = graphOf(sum);
        const expanded = canonicalize(graph);
        expect(verify(expanded)).toEqual([]);
        expect(expanded.nodes.map(({ op }) => op)).not.toContain('Einsum');
        const [want, found] = [await run(graph, feeds), await run(expanded, feeds)];
        expect(found.shape).toEqual(want.shape);
        expect(expanded.types.get(expanded.outputs[0]!)!.shape).toEqual(want.shape);
        const scale = Math.max(1, ...want.data.map(Math.abs));
        for (const [i, value] of want.data.entries())
          expect(Math.abs(found.data[i]! - value)).toBeLessThan(1e-4 * scale);
      }),
      { numRuns: 200 },
    );
  });

  test('has its gradient, for any equation', async () => {
    let seed = 1;
    await fc.assert(
      fc.asyncProperty(sums, async (sum) => {
        const { graph } = graphOf(sum);
        const draw = new Draw(seed++);
        const at = new Map(
          graph.inputs.map((name) => {
            const shape = graph.types.get(name)!.shape as readonly number[];
            return [name, { shape, values: draw.values(shape) }] as const;
          }),
        );
        await checkGraph(engine, canonicalize(graph), at, draw, { dtype: 'float32', step: 0.1, tolerance: 2e-3 });
      }),
      { numRuns: 40 },
    );
  });
});

/** How a network writes its products. */
interface Spelling {
  /** [1, tokens, from] × [from, to] */
  linear(b: GraphBuilder, x: string, from: number, to: number, seed: number): string;
  /** Queries and keys [1, heads, tokens, size] → [1, heads, tokens, tokens] */
  scores(b: GraphBuilder, q: string, k: string): string;
  /** [1, heads, tokens, tokens] × [1, heads, tokens, size] */
  mixed(b: GraphBuilder, weights: string, v: string): string;
}

const [HEADS, TOKENS, SIZE, WIDTH, CLASSES] = [2, 16, 3, 6, 5] as const;

const matMul: Spelling = {
  linear: (b, x, from, to, seed) => b.node('MatMul', [x, b.constant(numbers([from, to], seed), 'w')]),
  scores: (b, q, k) => b.node('MatMul', [q, b.node('Transpose', [k], { perm: [0, 1, 3, 2] })]),
  mixed: (b, weights, v) => b.node('MatMul', [weights, v]),
};

const reshaped: Spelling = {
  linear(b, x, from, to, seed) {
    const rows = b.node('Reshape', [x, b.constant(int64([TOKENS, from]))]);
    const product = matMul.linear(b, rows, from, to, seed);
    return b.node('Reshape', [product, b.constant(int64([1, TOKENS, to]))]);
  },
  scores(b, q, k) {
    const flat = (value: string) => b.node('Reshape', [value, b.constant(int64([HEADS, TOKENS, SIZE]))]);
    const product = b.node('MatMul', [flat(q), b.node('Transpose', [flat(k)], { perm: [0, 2, 1] })]);
    return b.node('Reshape', [product, b.constant(int64([1, HEADS, TOKENS, TOKENS]))]);
  },
  mixed(b, weights, v) {
    const flat = b.node('Reshape', [v, b.constant(int64([HEADS, TOKENS, SIZE]))]);
    const rows = b.node('Reshape', [weights, b.constant(int64([HEADS, TOKENS, TOKENS]))]);
    return b.node('Reshape', [b.node('MatMul', [rows, flat]), b.constant(int64([1, HEADS, TOKENS, SIZE]))]);
  },
};

/** Letters in some order: what is made elsewhere is turned to it, and the result back. */
interface Orders {
  readonly q: readonly string[];
  readonly k: readonly string[];
  readonly scores: readonly string[];
  readonly weights: readonly string[];
  readonly v: readonly string[];
  readonly mixed: readonly string[];
  readonly weightFirst: boolean;
  readonly weightTurned: boolean;
  readonly ellipsis: boolean;
  /** Whether the batch has a letter; else the operands have no such axis. */
  readonly batch: 'letter' | 'none' | 'onlyFirst';
}

const letters = (text: string) => fc.shuffledSubarray([...text], { minLength: text.length });
const orders: fc.Arbitrary<Orders> = fc.record({
  q: letters('bhid'),
  k: letters('bhjd'),
  scores: letters('bhij'),
  weights: letters('bhij'),
  v: letters('bhjd'),
  mixed: letters('bhid'),
  weightFirst: fc.boolean(),
  weightTurned: fc.boolean(),
  ellipsis: fc.boolean(),
  batch: fc.constantFrom('letter', 'none', 'onlyFirst'),
});

function einsum(orders: Orders): Spelling {
  const turn = (b: GraphBuilder, value: string, from: string, to: readonly string[]) =>
    b.node('Transpose', [value], { perm: to.map((letter) => from.indexOf(letter)) });
  const product = (
    b: GraphBuilder,
    [x, xLetters, xOrder]: readonly [string, string, readonly string[]],
    [y, yLetters, yOrder]: readonly [string, string, readonly string[]],
    [toLetters, toOrder]: readonly [string, readonly string[]],
  ) => {
    const without = (order: readonly string[], has: boolean) => order.filter((letter) => has || letter !== 'b');
    const [first, second] = [orders.batch !== 'none', orders.batch === 'letter'];
    const squeezed = (value: string, from: string, order: readonly string[], has: boolean) =>
      has
        ? turn(b, value, from, order)
        : turn(b, b.node('Squeeze', [value, b.constant(int64([0]))]), from.slice(1), without(order, false));
    const equation = `${without(xOrder, first).join('')},${without(yOrder, second).join('')}->${without(toOrder, first).join('')}`;
    const value = b.node('Einsum', [squeezed(x, xLetters, xOrder, first), squeezed(y, yLetters, yOrder, second)], {
      equation,
    });
    const result = first ? value : b.node('Unsqueeze', [value, b.constant(int64([0]))]);
    const has = first ? toOrder : ['b', ...without(toOrder, false)];
    return b.node('Transpose', [result], { perm: [...toLetters].map((letter) => has.indexOf(letter)) });
  };
  return {
    linear(b, x, from, to, seed) {
      const plain = numbers([from, to], seed);
      const data = Float32Array.from(
        { length: from * to },
        (_, i) => plain.data[(i % from) * to + Math.floor(i / from)]!,
      );
      const weight = orders.weightTurned ? float32([to, from], data) : plain;
      const [w, rows] = [orders.weightTurned ? 'oc' : 'co', orders.ellipsis ? '...' : 'bn'];
      const name = b.constant(weight, 'w');
      return orders.weightFirst
        ? b.node('Einsum', [name, x], { equation: `${w},${rows}c->${rows}o` })
        : b.node('Einsum', [x, name], { equation: `${rows}c,${w}->${rows}o` });
    },
    scores: (b, q, k) => product(b, [q, 'bhid', orders.q], [k, 'bhjd', orders.k], ['bhij', orders.scores]),
    mixed: (b, weights, v) =>
      product(b, [weights, 'bhij', orders.weights], [v, 'bhjd', orders.v], ['bhid', orders.mixed]),
  };
}

/** A transformer of one block over 16 patches of an image of 16 × 16. */
function transformer({ linear, scores, mixed }: Spelling): Graph {
  const b = new GraphBuilder('transformer');
  const image = b.input('image', { dtype: 'float32', shape: [1, 3, 16, 16] });
  const bias = (width: number, seed: number) => b.constant(numbers([width], seed), 'bias');
  const norm = (x: string, seed: number) =>
    b.node('LayerNormalization', [x, bias(WIDTH, seed), bias(WIDTH, seed + 1)], { axis: -1 });
  const patches = b.node('Conv', [image, b.constant(numbers([WIDTH, 3, 4, 4], 1), 'w'), bias(WIDTH, 2)], {
    strides: [4, 4],
  });
  const lines = b.node('Reshape', [patches, b.constant(int64([1, WIDTH, TOKENS]))]);
  const tokens = b.node('Transpose', [lines], { perm: [0, 2, 1] });
  const x = norm(tokens, 3);
  const heads = (seed: number) => {
    const projected = b.node('Add', [linear(b, x, WIDTH, HEADS * SIZE, seed), bias(HEADS * SIZE, seed + 1)]);
    const split = b.node('Reshape', [projected, b.constant(int64([1, TOKENS, HEADS, SIZE]))]);
    return b.node('Transpose', [split], { perm: [0, 2, 1, 3] });
  };
  const weights = b.node('Softmax', [scores(b, heads(11), heads(21))], { axis: -1 });
  const read = b.node('Transpose', [mixed(b, weights, heads(31))], { perm: [0, 2, 1, 3] });
  const joined = b.node('Reshape', [read, b.constant(int64([1, TOKENS, HEADS * SIZE]))]);
  const attended = b.node('Add', [
    tokens,
    b.node('Add', [linear(b, joined, HEADS * SIZE, WIDTH, 41), bias(WIDTH, 42)]),
  ]);
  const wide = b.node('Relu', [b.node('Add', [linear(b, norm(attended, 51), WIDTH, 8, 53), bias(8, 54)])]);
  const block = b.node('Add', [attended, linear(b, wide, 8, WIDTH, 55)]);
  const pooled = b.node('ReduceMean', [norm(block, 61), b.constant(int64([1]))], { keepdims: 0 });
  const logits = b.node('Gemm', [pooled, b.constant(numbers([WIDTH, CLASSES], 71), 'w'), bias(CLASSES, 72)]);
  b.type(logits, { dtype: 'float32', shape: [1, CLASSES] });
  b.setOutputs([logits]);
  return b.build();
}

const opened = async (spelling: Spelling) => {
  const { model } = explainable(transformer(spelling), { model: 'transformer.onnx', path: null, text: null });
  return explainerFor(model);
};

const image = numbers([1, 3, 16, 16], 5);
const RUNS = [
  ...pick(...ANYWHERE),
  ...COMPOSITES.map(({ id }) => ({ id: `lrp ${id}`, method: methods.get('lrp')!, parameters: { composite: id } })),
];

describe('a network is the same in every spelling', async () => {
  const plain = await opened(matMul);
  const maps = new Map<string, readonly Float32Array[]>();
  for (const { id, method, parameters } of RUNS) {
    const found = await plain.explain(method, parameters, image, [0, 3]);
    maps.set(
      id,
      found.map(({ values }) => values.data),
    );
  }
  await plain.dispose();

  const same = async (spelling: Spelling) => {
    const explainer = await opened(spelling);
    try {
      for (const { id, method, parameters } of RUNS) {
        const found = await explainer.explain(method, parameters, image, [0, 3]);
        for (const [i, { values }] of found.entries()) {
          const want = maps.get(id)![i]!;
          expect(
            want.some((value) => value !== 0),
            `${id} shows something`,
          ).toBe(true);
          expect(relativeL2(values.data, want), id).toBeLessThan(2e-3);
        }
      }
    } finally {
      await explainer.dispose();
    }
  };

  test('reshaped to matrices', () => same(reshaped));

  test('as Einsum, in any order of letters', async () => {
    await fc.assert(
      fc.asyncProperty(orders, (each) => same(einsum(each))),
      { numRuns: 5 },
    );
  }, 120_000);
});
