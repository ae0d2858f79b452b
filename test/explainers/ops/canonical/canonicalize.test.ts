import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../../src/explainers/engines/onnxruntime.ts';
import { float } from '../../../../src/explainers/graph/attributes.ts';
import type { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../../src/explainers/graph/graph.ts';
import { verify } from '../../../../src/explainers/graph/verify.ts';
import { canonicalize } from '../../../../src/explainers/ops/canonical/canonicalize.ts';
import { constantPart, withConstants } from '../../../../src/explainers/ops/canonical/constantPart.ts';
import { float32, int64, type TensorOf } from '../../../../src/explainers/tensor/tensor.ts';
import { numbers } from '../../../tinyModels.ts';
import { graphOf } from '../../graph/graphs.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

async function run(graph: Graph): Promise<ReadonlyMap<string, TensorOf<'float32'>>> {
  const executable = await engine.compile(graph);
  const feeds = new Map(graph.inputs.map((name) => [name, numbers(graph.types.get(name)!.shape as number[], 5)]));
  const results = await executable.run(feeds);
  await executable.dispose();
  return results as ReadonlyMap<string, TensorOf<'float32'>>;
}

/** The canonical form, after checking that it gives the same numbers under the same names. */
async function canonical(graph: Graph): Promise<Graph> {
  const result = canonicalize(graph);
  expect(verify(result)).toEqual([]);
  const [before, after] = [await run(graph), await run(result)];
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [name, { data, shape }] of before) {
    expect(after.get(name)!.shape).toEqual(shape);
    for (const [i, value] of data.entries()) expect(after.get(name)!.data[i]).toBeCloseTo(value, 4);
  }
  return result;
}

const ops = (graph: Graph) => graph.nodes.map(({ op }) => op);
const made = (graph: Graph) => graph.nodes.flatMap(({ outputs }) => outputs);

/** Batch normalisation of `channels` with lively statistics. */
function norm(b: GraphBuilder, x: string, channels: number, hint = 'norm'): string {
  const positive = (seed: number) => {
    const { data } = numbers([channels], seed);
    return b.constant(
      float32(
        [channels],
        data.map((value) => Math.abs(value) + 0.5),
      ),
    );
  };
  const free = (seed: number) => b.constant(numbers([channels], seed));
  return b.node(
    'BatchNormalization',
    [x, positive(11), free(12), free(13), positive(14)],
    { epsilon: float(1e-3) },
    hint,
  );
}

const conv = (b: GraphBuilder, x: string, shape: readonly number[], attributes = {}, hint = 'conv') =>
  b.node('Conv', [x, b.constant(numbers(shape, 3))], attributes, hint);

describe('batch normalisation becomes part of', () => {
  test('the convolution before it, which takes its name on', async () => {
    const graph = graphOf((b, image) => [b.node('Relu', [norm(b, conv(b, image, [4, 3, 3, 3]), 4)])]);
    const result = await canonical(graph);
    expect(ops(result)).toEqual(['Conv', 'Relu']);
    expect(made(result)).toEqual(['norm:0', 'Relu:0']);
    expect(result.types.get('norm:0')!.shape).toEqual([1, 4, 6, 6]);
  });

  test('a grouped convolution with a bias, and of two normalisations in a row', async () => {
    const graph = graphOf((b, image) => {
      const weights = [b.constant(numbers([6, 1, 3, 3], 3)), b.constant(numbers([6], 4))];
      const grouped = b.node('Conv', [image, ...weights], { group: 3, pads: [1, 1, 1, 1] });
      return [norm(b, norm(b, grouped, 6, 'first'), 6, 'second')];
    });
    const result = await canonical(graph);
    expect(ops(result)).toEqual(['Conv']);
    expect(made(result)).toEqual(['second:0']);
  });

  test('a grouped transposed convolution', async () => {
    const graph = graphOf((b, image) => {
      const wide = conv(b, image, [4, 3, 1, 1]);
      const up = b.node('ConvTranspose', [wide, b.constant(numbers([4, 3, 2, 2], 3))], { group: 2, strides: [2, 2] });
      return [norm(b, up, 6)];
    });
    expect(ops(await canonical(graph))).toEqual(['Conv', 'ConvTranspose']);
  });

  test.each([0, 1])('a dense layer, before and after it (transB = %i)', async (transB) => {
    const weight = (inputs: number, outputs: number) => numbers(transB ? [outputs, inputs] : [inputs, outputs], 3);
    const graph = graphOf((b, image) => {
      const flat = b.node('Flatten', [image]);
      const first = b.node('Gemm', [flat, b.constant(weight(192, 5)), b.constant(numbers([5], 6))], { transB });
      const middle = norm(b, b.node('Relu', [norm(b, first, 5)], {}, 'relu'), 5, 'middle');
      return [b.node('Gemm', [middle, b.constant(weight(5, 2))], { transB }, 'last')];
    });
    const result = await canonical(graph);
    expect(ops(result)).toEqual(['Flatten', 'Gemm', 'Relu', 'Gemm']);
  });

  test('the convolution after it, where no border is padded', async () => {
    const graph = graphOf((b, image) => [conv(b, norm(b, image, 3), [4, 3, 3, 3])]);
    const result = await canonical(graph);
    expect(ops(result)).toEqual(['Conv']);
    expect(made(result)).toEqual(['conv:0']);
  });

  test('a grouped convolution after it', async () => {
    const graph = graphOf((b, image) => [conv(b, norm(b, image, 3), [6, 1, 3, 3], { group: 3 })]);
    expect(ops(await canonical(graph))).toEqual(['Conv']);
  });
});

describe('batch normalisation stays', () => {
  test.each([
    ['pads', { pads: [1, 1, 1, 1] }],
    ['auto_pad', { auto_pad: 'SAME_UPPER' }],
  ])('before a convolution that pads: the border must not be shifted (%s)', async (_, attributes) => {
    const graph = graphOf((b, image) => [conv(b, norm(b, image, 3), [4, 3, 3, 3], attributes)]);
    expect(ops(await canonical(graph))).toEqual(['BatchNormalization', 'Conv']);
  });

  test('where someone else reads the value between, or it is an output', async () => {
    const read = graphOf((b, image) => {
      const x = conv(b, image, [3, 3, 1, 1]);
      return [b.node('Add', [norm(b, x, 3), x])];
    });
    expect(ops(await canonical(read))).toEqual(['Conv', 'BatchNormalization', 'Add']);
    const given = graphOf((b, image) => {
      const x = conv(b, image, [3, 3, 1, 1]);
      return [norm(b, x, 3), x];
    });
    expect(ops(await canonical(given))).toEqual(['Conv', 'BatchNormalization']);
  });

  test('where the weights are not known', async () => {
    const graph = graphOf((b, image) => {
      const weight = b.node('Slice', [image, ...[[0], [3], [2]].map((values) => b.constant(int64(values)))]);
      return [norm(b, b.node('Conv', [image, weight]), 1)];
    });
    expect(ops(await canonical(graph))).toEqual(['Slice', 'Conv', 'BatchNormalization']);
  });
});

describe('what changes nothing goes', () => {
  test('and the model’s outputs keep their names', async () => {
    const graph = graphOf((b, image) => {
      const relu = b.node('Relu', [b.node('Identity', [image])], {}, 'relu');
      const same = b.node('Reshape', [relu, b.constant(int64([1, 3, 8, 8]))], {}, 'same');
      const dropped = b.node('Dropout', [same], {}, 'dropped');
      return [b.node('Identity', [b.node('Cast', [dropped], { to: 1 })], {}, 'scores')];
    });
    const result = await canonical(graph);
    expect(ops(result)).toEqual(['Relu']);
    expect(result.outputs).toEqual(['scores:0']);
    expect(result.types.get('scores:0')!.shape).toEqual([1, 3, 8, 8]);
  });

  test('but not where a value would have to bear two names', async () => {
    const graph = graphOf((b, image) => {
      const relu = b.node('Relu', [image], {}, 'relu');
      return [relu, b.node('Identity', [relu], {}, 'copy'), b.node('Identity', [image], {}, 'raw')];
    });
    const result = await canonical(graph);
    expect(result.outputs).toEqual(['relu:0', 'copy:0', 'raw:0']);
    expect(ops(result)).toEqual(['Relu', 'Identity', 'Identity']);
  });

  test('two copies given out: one value takes one name, the other copy stays', async () => {
    const graph = graphOf((b, image) => {
      const relu = b.node('Relu', [image]);
      return [b.node('Identity', [relu], {}, 'one'), b.node('Identity', [relu], {}, 'two')];
    });
    const result = await canonical(graph);
    expect(ops(result)).toEqual(['Relu', 'Identity']);
  });

  test('a slice of everything and one backwards are distinguished', async () => {
    const slice = (b: GraphBuilder, x: string, ...rows: number[][]) =>
      b.node('Slice', [x, ...rows.map((row) => b.constant(int64(row)))]);
    const graph = graphOf((b, image) => [
      b.node('Neg', [slice(b, image, [0], [99], [2])]),
      b.node('Neg', [slice(b, image, [-1], [-99], [2], [-1])]),
    ]);
    expect(ops(await canonical(graph))).toEqual(['Neg', 'Slice', 'Neg']);
  });
});

test('quantised weights become the numbers they stand for', async () => {
  const graph = graphOf((b, image) => {
    const weight = b.constant({ dtype: 'int8', shape: [2, 3, 1, 1], data: Int8Array.of(1, -2, 3, 40, 50, -128) });
    const scale = b.constant(float32([2], [0.5, 0.01]));
    const zero = b.constant({ dtype: 'int8', shape: [2], data: Int8Array.of(0, 10) });
    return [b.node('Conv', [image, b.node('DequantizeLinear', [weight, scale, zero], { axis: 0 }, 'weight')])];
  });
  const result = await canonical(graph);
  expect(ops(result)).toEqual(['Conv']);
  const small = Math.fround(0.01);
  const expected = Float32Array.of(0.5, -1, 1.5, 30 * small, 40 * small, -138 * small);
  expect(result.constants.get('weight:0')!.data).toEqual(expected);
});

test('a known branch is taken, and sequences of pieces are a Split', async () => {
  const graph = graphOf((b, image) => {
    const branch = (op: string): Graph => ({
      ...graphOf((inner) => [inner.node(op, [image], {}, `${op}/inner`)]),
      inputs: [],
    });
    const attributes = {
      then_branch: { kind: 'graph', value: branch('Relu') },
      else_branch: { kind: 'graph', value: branch('Neg') },
    } as const;
    const yes = b.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(0) });
    const picked = b.node('If', [yes], attributes, 'picked');
    const pieces = b.node('SplitToSequence', [picked, b.constant(int64([5], []))], { axis: 2 });
    const at = (i: number) => b.node('SequenceAt', [pieces, b.constant(int64([i], []))]);
    return [b.node('Concat', [at(1), at(0), at(-1)], { axis: 2 })];
  });
  expect(ops(await canonical(graph))).toEqual(['Neg', 'Split', 'Concat']);
});

describe('what depends on constants alone', () => {
  const graph = graphOf((b, image) => {
    const weight = b.node('Softmax', [b.constant(numbers([4, 3, 1, 1], 3), 'raw')], { axis: 1 }, 'weight');
    return [b.node('Conv', [image, weight])];
  });

  test('can be computed once by an engine, and is constant from then on', async () => {
    const part = constantPart(canonicalize(graph))!;
    expect(part.inputs).toEqual([]);
    expect(part.outputs).toEqual(['weight:0']);
    const fixed = withConstants(canonicalize(graph), await run(part));
    expect(ops(fixed)).toEqual(['Conv']);
    expect([...fixed.constants.keys()]).toEqual(['weight:0']);
    expect(constantPart(fixed)).toBeUndefined();
    expect((await run(fixed)).get('Conv:0')).toEqual((await run(graph)).get('Conv:0'));
  });

  test('noise is not constant', () => {
    const noisy = graphOf((b, image) => [b.node('Add', [image, b.node('RandomNormal', [], { shape: [1] })])]);
    expect(constantPart(noisy)).toBeUndefined();
  });
});

test('the graph given is not changed', () => {
  const graph = graphOf((b, image) => [b.node('Identity', [norm(b, conv(b, image, [4, 3, 3, 3]), 4)])]);
  const before = structuredClone({ ...graph, nodes: [...graph.nodes] });
  canonicalize(graph);
  expect({ ...graph }).toEqual(before);
});
