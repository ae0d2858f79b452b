// What only moves the elements of an integer image before they are made floats does not change its explanation: the
// gradient is that of the network that does the same with a float image.
import { afterAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { explainable } from '../../src/explainers/models/explainable.ts';
import { inferTypes } from '../../src/explainers/ops/infer.ts';
import { DTYPE_CODES, fromNumbers, type NumericDType } from '../../src/explainers/tensor/dtype.ts';
import { float32, int64, sizeOf } from '../../src/explainers/tensor/tensor.ts';
import { relativeL2 } from '../reference/cases.ts';
import { explainerFor } from '../reference/explain.ts';
import { Draw } from './parts/random.ts';

const INTEGERS = ['uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'uint32'] as const;

/** A network on its way: the value so far, its shape and its element type. */
interface Way {
  readonly b: GraphBuilder;
  readonly draw: Draw;
  readonly dtype: NumericDType;
  value: string;
  shape: number[];
}

const constant = ({ b, dtype }: Way, shape: readonly number[], values: ArrayLike<number>) =>
  b.constant(fromNumbers(dtype, shape, values));
const ints = ({ b }: Way, values: readonly number[]) => b.constant(int64(values));

/** Moves of elements; each leaves `shape` what it is afterwards. */
const MOVES: Readonly<Record<string, (way: Way) => void>> = {
  Identity: (w) => {
    w.value = w.b.node('Identity', [w.value]);
  },
  Transpose: (w) => {
    const perm = w.draw.shuffled(w.shape.map((_, i) => i));
    w.value = w.b.node('Transpose', [w.value], { perm });
    w.shape = perm.map((i) => w.shape[i]!);
  },
  Reshape: (w) => {
    w.shape = w.draw.shuffled(w.shape);
    w.value = w.b.node('Reshape', [w.value, ints(w, w.shape)]);
  },
  'Squeeze, Unsqueeze': (w) => {
    const wide = w.b.node('Unsqueeze', [w.value, ints(w, [1, 3])]);
    w.value = w.b.node('Squeeze', [wide, ints(w, [1, 3])]);
  },
  Slice: (w) => {
    const axis = w.shape.indexOf(Math.max(...w.shape));
    w.value = w.b.node('Slice', [
      w.value,
      ints(w, [-1]),
      ints(w, [-(w.shape[axis]! + 1)]),
      ints(w, [axis]),
      ints(w, [-1]),
    ]);
  },
  Gather: (w) => {
    const axis = w.draw.int(0, w.shape.length - 1);
    const places = w.draw.many(w.shape[axis]!, 0, w.shape[axis]! - 1);
    w.value = w.b.node('Gather', [w.value, ints(w, places)], { axis });
  },
  'Split, Concat': (w) => {
    const axis = w.shape.indexOf(Math.max(...w.shape));
    const half = Math.floor(w.shape[axis]! / 2);
    const parts = w.b.nodes('Split', [w.value, ints(w, [half, w.shape[axis]! - half])], 2, { axis });
    w.value = w.b.node('Concat', [...parts].reverse(), { axis });
  },
  'Concat with a constant': (w) => {
    const axis = w.draw.int(0, w.shape.length - 1);
    const more = w.shape.with(axis, 1);
    w.value = w.b.node('Concat', [w.value, constant(w, more, w.draw.many(sizeOf(more), 0, 9))], { axis });
    w.shape[axis]! += 1;
  },
  Expand: (w) => {
    w.shape = [2, ...w.shape].slice(0, 5);
    if (w.shape.length === 5) w.value = w.b.node('Expand', [w.value, ints(w, w.shape)]);
    const flat = [w.shape[0]! * w.shape[1]!, ...w.shape.slice(2)];
    w.value = w.b.node('Reshape', [w.value, ints(w, flat)]);
    w.shape = flat;
  },
  Pad: (w) => {
    w.value = w.b.node('Pad', [w.value, ints(w, [0, 0, 1, 0, 0, 0, 0, 2]), constant(w, [], [3])]);
    w.shape = w.shape.map((size, i) => size + (i === 2 ? 1 : i === 3 ? 2 : 0));
  },
  'Resize, nearest': (w) => {
    const sizes = w.shape.map((size, i) => (i < 2 ? size : size + 3));
    w.value = w.b.node('Resize', [w.value, '', '', ints(w, sizes)], { mode: 'nearest', nearest_mode: 'floor' });
    w.shape = sizes;
  },
  Where: (w) => {
    const mask = { dtype: 'bool', shape: w.shape, data: Uint8Array.from(w.draw.many(sizeOf(w.shape), 0, 1)) } as const;
    w.value = w.b.node('Where', [w.b.constant(mask), w.value, constant(w, [], [5])]);
  },
  'Shape of the image': (w) => {
    w.value = w.b.node('Reshape', [w.value, w.b.node('Shape', [w.value])]);
  },
};

/** image → moves → Cast → weights → 3 logits. `dtype` float32: the twin, whose Cast does nothing. */
function network(names: readonly string[], dtype: NumericDType, seed: number, nhwc: boolean): Graph {
  const b = new GraphBuilder('moved');
  const shape = nhwc ? [1, 6, 8, 3] : [1, 3, 6, 8];
  const value = b.input('image', { dtype, shape });
  const way: Way = { b, draw: new Draw(seed), dtype, value, shape: [...shape] };
  for (const name of names) MOVES[name]!(way);
  const { draw } = way;
  const floats = b.node('Cast', [way.value], { to: DTYPE_CODES.float32 });
  const size = sizeOf(way.shape);
  const flat = b.node('Reshape', [floats, b.constant(int64([1, size]))]);
  const bent = b.node('Sigmoid', [
    b.node('Mul', [flat, b.constant(float32([size], draw.values([size], -0.01, 0.01)))]),
  ]);
  const logits = b.node('MatMul', [bent, b.constant(float32([size, 3], draw.values([size, 3])))], {}, 'logits');
  b.setOutputs([logits]);
  return inferTypes(b.build());
}

const open = (graph: Graph) => explainable(graph, { model: 'moved.onnx', path: null, text: null });

const started: Awaited<ReturnType<typeof explainerFor>>[] = [];
afterAll(() => Promise.all(started.map((explainer) => explainer.dispose())));

async function gradientOf(graph: Graph): Promise<Float32Array> {
  const { model } = open(graph);
  const explainer = await explainerFor(model);
  started.push(explainer);
  const shape = model.graph.types.get(model.input)!.shape as readonly number[];
  const input = float32(shape, new Draw(5).many(sizeOf(shape), 0, 120));
  const [map] = await explainer.explain(methods.get('gradient')!, {}, input, [1]);
  return map!.values.data;
}

describe('elements moved before the Cast', () => {
  const names = Object.keys(MOVES);

  test.each(names)('%s', async (name) => {
    for (const dtype of INTEGERS) {
      const [ours, twin] = [network([name], dtype, 3, false), network([name], 'float32', 3, false)];
      const expected = await gradientOf(twin);
      expect(expected.some((value) => value !== 0)).toBe(true);
      expect(relativeL2(await gradientOf(ours), expected), dtype).toBeLessThan(1e-6);
    }
  });

  test('random chains, channels first and last', async () => {
    const draw = new Draw(11);
    for (let i = 0; i < 24; i++) {
      const chain = Array.from({ length: draw.int(2, 5) }, () => draw.pick(names));
      const [dtype, nhwc] = [draw.pick(INTEGERS), i % 2 === 0];
      const expected = await gradientOf(network(chain, 'float32', i, nhwc));
      const ours = await gradientOf(network(chain, dtype, i, nhwc));
      expect(relativeL2(ours, expected), `${dtype}: ${chain.join(' → ')}`).toBeLessThan(1e-6);
    }
  });
});

describe('what stands between integers and floats', () => {
  const withHead = (middle: (b: GraphBuilder, image: string) => string, dtype: NumericDType = 'uint8') => {
    const b = new GraphBuilder('between');
    const image = b.input('image', { dtype, shape: [1, 3, 4, 4] });
    const flat = b.node('Reshape', [middle(b, image), b.constant(int64([1, 48]))]);
    const draw = new Draw(2);
    b.setOutputs([b.node('MatMul', [flat, b.constant(float32([48, 3], draw.values([48, 3])))], {}, 'logits')]);
    return inferTypes(b.build());
  };
  const toFloat = (b: GraphBuilder, value: string) => b.node('Cast', [value], { to: DTYPE_CODES.float32 });
  const weights = new Draw(2).values([48, 3]);
  /** The gradient of class 1 where each pixel has a factor of its own. */
  const scaled = (factor: (i: number) => number) =>
    Float32Array.from({ length: 48 }, (_, i) => weights[3 * i + 1]! * factor(i));

  test('DequantizeLinear, per tensor and per channel', async () => {
    const zero = fromNumbers('uint8', [], [7]);
    const whole = withHead((b, image) =>
      b.node('DequantizeLinear', [image, b.constant(float32([], [0.25])), b.constant(zero)]),
    );
    expect(
      relativeL2(
        await gradientOf(whole),
        scaled(() => 0.25),
      ),
    ).toBeLessThan(1e-6);
    const each = [0.5, 2, 3];
    const channels = withHead((b, image) => b.node('DequantizeLinear', [image, b.constant(float32([3], each)), b.constant(fromNumbers('uint8', [3], [1, 2, 3]))], { axis: 1 })); // biome-ignore format: one line
    expect(
      relativeL2(
        await gradientOf(channels),
        scaled((i) => each[Math.floor(i / 16)]!),
      ),
    ).toBeLessThan(1e-6);
  });

  test('a Cast to wider integers, arithmetic that cannot overflow there, half precision', async () => {
    const wide = withHead((b, image) => {
      const int32 = b.node('Cast', [image], { to: DTYPE_CODES.int32 });
      const shifted = b.node('Sub', [int32, b.constant(fromNumbers('int32', [], [128]))]);
      return toFloat(b, b.node('Mul', [shifted, b.constant(fromNumbers('int32', [], [3]))]));
    });
    expect(
      relativeL2(
        await gradientOf(wide),
        scaled(() => 3),
      ),
    ).toBeLessThan(1e-6);
    const half = withHead((b, image) => toFloat(b, b.node('Cast', [image], { to: DTYPE_CODES.float16 })));
    expect(
      relativeL2(
        await gradientOf(half),
        scaled(() => 1),
      ),
    ).toBeLessThan(1e-6);
  });

  test('arithmetic that wraps or cuts off has no gradient: nothing is made up', async () => {
    const wraps = withHead((b, image) =>
      toFloat(b, b.node('Add', [image, b.constant(fromNumbers('uint8', [], [200]))])),
    );
    const cuts = withHead((b, image) => toFloat(b, b.node('Div', [image, b.constant(fromNumbers('uint8', [], [16]))])));
    for (const graph of [wraps, cuts]) {
      await expect(gradientOf(graph)).rejects.toThrow(/The gradient of Cast \(node 'image:uint8'\)/);
    }
    const wholes = withHead(
      (b, image) => toFloat(b, b.node('Div', [image, b.constant(fromNumbers('int64', [], [16]))])),
      'int64',
    );
    await expect(gradientOf(wholes)).rejects.toThrow(/depend on 'image' only through integers/);
  });
});
