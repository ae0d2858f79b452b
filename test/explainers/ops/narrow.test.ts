import { describe, expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { splitPicks } from '../../../src/explainers/ops/canonical/splitPicks.ts';
import { inferTypes } from '../../../src/explainers/ops/infer.ts';
import { narrowed } from '../../../src/explainers/ops/narrow.ts';
import { float32, int64, sizeOf, type Tensor, toNumbers } from '../../../src/explainers/tensor/tensor.ts';

const TOKENS = 6;
const WIDTH = 4;

const weights = (seed: number, ...shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(seed + 1.7 * i)),
  );

/**
 * Attention over tokens [1, 6, 4] with places added, a residual connection, and a classifier that looks at some of the
 * tokens.
 */
function transformer(looksAt: readonly number[], outputs: readonly string[] = []): Graph {
  const b = new GraphBuilder('transformer');
  const x = b.input('x', { dtype: 'float32', shape: [1, TOKENS, WIDTH] });
  const at = (value: Tensor, hint: string) => b.constant(value, hint);
  const joint = b.node('MatMul', [x, at(weights(1, WIDTH, 3 * WIDTH), 'w')], {}, 'joint');
  const apart = b.node('Reshape', [joint, at(int64([1, TOKENS, 3, WIDTH]), 'four')], {}, 'apart');
  const part = (i: number) => b.node('Gather', [apart, at(int64([i], []), `${i}`)], { axis: 2 }, `part${i}`);
  const [q, k, v] = [0, 1, 2].map(part) as [string, string, string];
  const scores = b.node('MatMul', [q, b.node('Transpose', [k], { perm: [0, 2, 1] })], {}, 'scores');
  const mixed = b.node('MatMul', [b.node('Softmax', [scores], { axis: -1 }), v], {}, 'mixed');
  const sum = b.node('Add', [b.node('Add', [mixed, x]), at(weights(2, 1, TOKENS, WIDTH), 'places')], {}, 'sum');
  const norm = b.node(
    'LayerNormalization',
    [sum, at(weights(3, WIDTH), 'scale'), at(weights(4, WIDTH), 'shift')],
    {},
    'norm',
  );
  const seen = looksAt.map((token) =>
    b.node('Gather', [norm, at(int64([token], []), `token${token}`)], { axis: 1 }, 'seen'),
  );
  const all = seen.length === 1 ? seen[0]! : b.node('Sum', seen, {}, 'all');
  b.setOutputs([b.node('MatMul', [all, at(weights(5, WIDTH, 2), 'head')], {}, 'logits'), ...outputs]);
  return inferTypes(b.build());
}

async function run(graph: Graph): Promise<readonly number[][]> {
  const engine = await openOnnxRuntime({ threads: 1 });
  const executable = await engine.compile(graph);
  const results = await executable.run(new Map([['x', weights(9, 1, TOKENS, WIDTH)]]));
  return [...results.values()].map((value) => [...toNumbers(value)]);
}

async function expectSame(graph: Graph, other: Graph): Promise<void> {
  const [a, b] = [await run(graph), await run(other)];
  for (const [k, values] of a.entries()) {
    expect(b[k]!.length).toBe(values.length);
    for (const [i, value] of values.entries()) expect(b[k]![i]).toBeCloseTo(value, 5);
  }
}

const shapeOf = (graph: Graph, name: string) => graph.types.get(`${name}:0`)?.shape;

describe('what is looked at in part is computed in part', () => {
  test('behind attention for the class token alone; keys and values for all tokens', async () => {
    const graph = transformer([0]);
    const narrow = narrowed(graph);
    expect(shapeOf(narrow, 'scores')).toEqual([1, 1, TOKENS]);
    expect(shapeOf(narrow, 'norm')).toEqual([1, 1, WIDTH]);
    expect(shapeOf(narrow, 'part2')).toEqual([1, TOKENS, WIDTH]);
    await expectSame(graph, narrow);
  });

  test('two tokens that are looked at are computed together', async () => {
    const graph = transformer([4, 1]);
    const narrow = narrowed(graph);
    expect(shapeOf(narrow, 'norm')).toEqual([1, 2, WIDTH]);
    await expectSame(graph, narrow);
  });

  test('constants are cut to the places at once', () => {
    const narrow = narrowed(transformer([2]));
    const cut = [...narrow.constants.values()].find(({ shape }) => shape.join() === `1,1,${WIDTH}`);
    expect([...toNumbers(cut!)]).toEqual([...toNumbers(weights(2, 1, TOKENS, WIDTH))].slice(2 * WIDTH, 3 * WIDTH));
  });

  test('not where most of it is looked at, nor what is asked for as a whole', async () => {
    const most = transformer([0, 1, 2, 3]);
    expect(narrowed(most)).toBe(most);
    const asked = transformer([0]);
    expect(shapeOf(narrowed(asked, ['norm:0']), 'norm')).toEqual([1, TOKENS, WIDTH]);
    const output = transformer([0], ['sum:0']);
    expect(shapeOf(narrowed(output), 'sum')).toEqual([1, TOKENS, WIDTH]);
    expect(shapeOf(narrowed(output), 'norm')).toEqual([1, 1, WIDTH]);
    await expectSame(output, narrowed(output));
  });
});

describe('a value read piece by piece', () => {
  test('is split', async () => {
    const graph = transformer([0]);
    const split = splitPicks(graph);
    expect(split.nodes.filter(({ op }) => op === 'Split')).toHaveLength(1);
    expect(split.nodes.filter(({ op }) => op === 'Gather')).toHaveLength(1);
    await expectSame(graph, split);
    await expectSame(graph, narrowed(split));
  });

  test('not where a piece is missing or the whole is read as well', () => {
    const graph = transformer([0], ['apart:0']);
    expect(splitPicks(graph)).toBe(graph);
    const two = transformer([0, 1, 2, 3, 4]);
    expect(splitPicks(two).nodes.filter(({ op }) => op === 'Split')).toHaveLength(1);
  });
});
