// Where a value's elements lie on the picture: what is followed through any chain of moves is what the chain does to
// numbered places.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Layer } from '../../src/explainers/contracts/layer.ts';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { activationsOf } from '../../src/explainers/methods/cam/layerView.ts';
import { layerPlaceOf } from '../../src/explainers/models/layouts/layerPlace.ts';
import { layoutsOf } from '../../src/explainers/models/layouts/layouts.ts';
import { type Layout, widened } from '../../src/explainers/models/layouts/places.ts';
import { nodesBetween } from '../../src/explainers/models/path.ts';
import { inferTypes } from '../../src/explainers/ops/infer.ts';
import { float32, int64, sizeOf, type TensorOf, toNumbers } from '../../src/explainers/tensor/tensor.ts';
import { Draw } from './parts/random.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openOnnxRuntime({ threads: 1 });
});
afterAll(() => engine.dispose());

/** A chain while it is made: its last value, and how that is shaped. */
interface Chain {
  readonly b: GraphBuilder;
  readonly value: string;
  readonly shape: readonly number[];
}

type Move = (d: Draw, chain: Chain) => Chain;

const next = (b: GraphBuilder, value: string, shape: readonly number[]): Chain => ({ b, value, shape });
const ints = (b: GraphBuilder, ...of: readonly number[]) => b.constant(int64(of));
const axes = (shape: readonly number[]) => shape.map((_, axis) => axis);

/** An axis longer than 1, or any. */
const longAxis = (d: Draw, shape: readonly number[]) => {
  const long = axes(shape).filter((axis) => shape[axis]! > 1);
  return long.length > 0 ? d.pick(long) : 0;
};

/** All axes in factors, then neighbours put together at random. */
function regrouped(d: Draw, shape: readonly number[]): readonly number[] {
  const primes = shape.flatMap((dim) => {
    const factors: number[] = [];
    for (let left = dim, by = 2; left > 1; by++) for (; left % by === 0; left /= by) factors.push(by);
    return factors;
  });
  const to: number[] = [];
  for (const prime of primes) {
    if (to.length > 0 && (d.int(0, 2) > 0 || to.length > 5)) to[to.length - 1]! *= prime;
    else to.push(prime);
  }
  if (d.int(0, 1)) to.splice(d.int(0, to.length), 0, 1);
  return to.length > 0 ? to : [1];
}

const reshape: Move = (d, { b, value, shape }) => {
  const to = regrouped(d, shape);
  return next(b, b.node('Reshape', [value, ints(b, ...to)]), to);
};

const MOVES: Readonly<Record<string, Move>> = {
  reshape,
  transpose: (d, { b, value, shape }) => {
    const perm = d.shuffled(axes(shape));
    return next(b, b.node('Transpose', [value], { perm }), perm.map((axis) => shape[axis]!)); // biome-ignore format: one line
  },
  split: (d, { b, value, shape }) => {
    const axis = longAxis(d, shape);
    if (shape[axis]! < 2) return next(b, value, shape);
    const first = d.int(1, shape[axis]! - 1);
    const sizes = [first, shape[axis]! - first];
    const part = d.int(0, 1);
    const parts = b.nodes('Split', [value, ints(b, ...sizes)], 2, { axis });
    return next(b, parts[part]!, shape.with(axis, sizes[part]!));
  },
  slice: (d, { b, value, shape }) => {
    const axis = longAxis(d, shape);
    const backwards = d.int(0, 3) === 0;
    const [from, step] = backwards ? [-1, -1] : [d.int(0, Math.min(1, shape[axis]! - 1)), d.int(1, 2)];
    const count = Math.ceil((backwards ? shape[axis]! : shape[axis]! - from) / Math.abs(step));
    const inputs = [from, backwards ? -1000 : 1000, axis, step].map((number) => ints(b, number));
    return next(b, b.node('Slice', [value, ...inputs]), shape.with(axis, count));
  },
  gather: (d, { b, value, shape }) => {
    const axis = longAxis(d, shape);
    const places = d.shuffled(Array.from({ length: shape[axis]! }, (_, place) => place));
    const some = d.int(0, 2) > 0 ? places : places.slice(0, Math.ceil(places.length / 2));
    return next(b, b.node('Gather', [value, ints(b, ...some)], { axis }), shape.with(axis, some.length));
  },
  one: (d, { b, value, shape }) => {
    if (shape.length < 2) return next(b, value, shape);
    const axis = d.int(0, shape.length - 1);
    const index = b.constant(int64([d.int(0, shape[axis]! - 1)], []));
    return shape[axis]! > 3 ? next(b, value, shape) : next(b, b.node('Gather', [value, index], { axis }), shape.toSpliced(axis, 1)); // biome-ignore format: one line
  },
  roll: (d, { b, value, shape }) => {
    const axis = longAxis(d, shape);
    const cut = d.int(0, shape[axis]! - 1);
    const part = (from: number, to: number) =>
      b.node('Slice', [value, ints(b, from), ints(b, to), ints(b, axis), ints(b, 1)]);
    return cut === 0
      ? next(b, value, shape)
      : next(b, b.node('Concat', [part(cut, 1000), part(0, cut)], { axis }), shape);
  },
  join: (d, { b, value, shape }) => {
    const axis = d.int(0, shape.length - 1);
    const tokens = b.constant(float32(shape.with(axis, d.int(1, 2))));
    const inputs = d.int(0, 1) ? [value, tokens] : [tokens, value];
    const extra = b.constantOf(tokens)!.shape[axis]!;
    return next(b, b.node('Concat', inputs, { axis }), shape.with(axis, shape[axis]! + extra));
  },
  pad: (d, { b, value, shape }) => {
    const [before, after] = [d.many(shape.length, 0, 1), d.many(shape.length, -1, 1)];
    const ends = after.map((pad, axis) => (shape[axis]! < 3 ? Math.max(0, pad) : pad));
    const to = shape.map((dim, axis) => dim + before[axis]! + ends[axis]!);
    return next(b, b.node('Pad', [value, ints(b, ...before, ...ends)]), to);
  },
  squeeze: (_, { b, value, shape }) =>
    next(
      b,
      b.node('Squeeze', [value]),
      shape.filter((dim) => dim !== 1),
    ),
  unsqueeze: (d, { b, value, shape }) => {
    const axis = d.int(0, shape.length);
    return next(b, b.node('Unsqueeze', [value, ints(b, axis)]), shape.toSpliced(axis, 0, 1));
  },
  expand: (d, { b, value, shape }) => {
    const axis = d.int(0, shape.length - 1);
    const to = shape[axis] === 1 ? shape.with(axis, 2) : shape;
    return next(b, b.node('Expand', [value, ints(b, ...to)]), to);
  },
  tile: (d, { b, value, shape }) => {
    const times = shape.map(() => (d.int(0, 5) === 0 ? 2 : 1));
    return next(b, b.node('Tile', [value, ints(b, ...times)]), shape.map((dim, axis) => dim * times[axis]!)); // biome-ignore format: one line
  },
  blocks: (d, { b, value, shape }) => {
    const [n = 1, c = 1, h = 1, w = 1] = shape;
    if (shape.length !== 4) return next(b, value, shape);
    if (c % 4 === 0 && d.int(0, 1)) {
      const mode = d.pick(['DCR', 'CRD']);
      return next(b, b.node('DepthToSpace', [value], { blocksize: 2, mode }), [n, c / 4, 2 * h, 2 * w]);
    }
    if (h % 2 !== 0 || w % 2 !== 0) return next(b, value, shape);
    return next(b, b.node('SpaceToDepth', [value], { blocksize: 2 }), [n, 4 * c, h / 2, w / 2]);
  },
  elements: (d, { b, value, shape }) => {
    const axis = longAxis(d, shape);
    const to = shape.with(axis, Math.max(1, shape[axis]! - 1));
    const indices = int64(
      Array.from({ length: sizeOf(to) }, () => d.int(0, shape[axis]! - 1)),
      to,
    );
    return next(b, b.node('GatherElements', [value, b.constant(indices)], { axis }), to);
  },
  rows: (d, { b, value, shape }) => {
    const depth = d.int(1, Math.min(2, shape.length));
    const count = d.int(1, 4);
    const indices = Array.from({ length: count }, () => shape.slice(0, depth).map((dim) => d.int(0, dim - 1))).flat();
    const picked = b.node('GatherND', [value, b.constant(int64(indices, [count, depth]))]);
    return next(b, picked, [count, ...shape.slice(depth)]);
  },
};

/** [1, 3, 4, 6] or another small picture through some moves. */
function chain(d: Draw, moves: readonly Move[]) {
  const b = new GraphBuilder('chain');
  const shape = [1, d.pick([2, 3, 4]), d.pick([2, 4, 6]), d.pick([3, 4, 6])];
  let last = next(b, b.input('image', { dtype: 'float32', shape }), shape);
  for (const move of moves) {
    const moved = move(d, last);
    if (sizeOf(moved.shape) > 0 && sizeOf(moved.shape) < 4000) last = moved;
  }
  b.setOutputs([b.node('Neg', [last.value])]);
  return { graph: inferTypes(b.build()), shape, last };
}

async function run(graph: Graph, image: TensorOf<'float32'>): Promise<readonly number[]> {
  const executable = await engine.compile(graph);
  const [result] = [...(await executable.run(new Map([['image', image]]))).values()];
  await executable.dispose();
  return toNumbers(result!);
}

const layoutOf = (graph: Graph, value: string) =>
  layoutsOf(graph, nodesBetween(graph, 'image', graph.outputs[0]!), 'image', false).get(value);

/** The cells of a layout of one list for every element. */
const cellsFor = (layout: Layout, shape: readonly number[]) =>
  layout.length === 0 ? Array<number>(sizeOf(shape)).fill(0) : toNumbers(widened(layout[0]!.cells, shape));

/** Numbers of the places, from 1, in every channel; negative, as the chain's output turns them. */
const numbered = (shape: readonly number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, k) => -1 - (k % (shape[2]! * shape[3]!))),
  );

async function check(seed: number, moves: readonly Move[]): Promise<boolean> {
  const { graph, shape, last } = chain(new Draw(seed), moves);
  const { value } = last;
  const layout = value === 'image' ? undefined : layoutOf(graph, value);
  if (!layout) {
    expect(value, 'a chain that is lost').toBe('image');
    return false;
  }
  const wanted = await run(graph, numbered(shape));
  expect(cellsFor(layout, last.shape)).toEqual(wanted.map((cell) => Math.round(cell) + 0));
  const place = layerPlaceOf(layout, last.shape);
  if (!place) return false;
  // As a layer: each channel's places in order. What a channel is stays, and between channels nothing moves.
  const coded = numbered(shape);
  const plane = shape[2]! * shape[3]!;
  const perChannel = coded.data.map((cell, k) => cell - 1000 * Math.floor(k / plane));
  const b = new GraphBuilder(graph);
  const layer: Layer = { name: value, op: 'Neg', ...place, automatic: false };
  b.setOutputs([b.node('Neg', [activationsOf(b, layer)])]);
  const seen = await run(b.build(), float32(shape, perChannel));
  const [channels, height, width] = place.shape;
  const of = (k: number) => seen[k]! % 1000;
  const [columns] = [shape[3]!];
  for (let k = 0; k < channels * height * width; k++) {
    const inPlane = k % (height * width);
    expect(of(k)).toBe(of(inPlane));
    const [row, column] = [Math.floor((of(k) - 1) / columns), (of(k) - 1) % columns];
    if (inPlane >= width) expect(row).toBeGreaterThan(Math.floor((of(k - width) - 1) / columns));
    if (inPlane % width > 0) expect(column).toBeGreaterThan((of(k - 1) - 1) % columns);
  }
  return true;
}

describe('places of the picture', () => {
  test.each(Object.entries(MOVES))('are followed through %s between reshapes and transposes', async (_, move) => {
    for (let seed = 1; seed <= 12; seed++) await check(seed, [reshape, MOVES['transpose']!, move, reshape]);
    for (let seed = 13; seed <= 18; seed++) await check(seed, [move, move]);
  });

  test('are followed through any chain, and layers show them in order', async () => {
    const names = Object.keys(MOVES);
    let layers = 0;
    for (let seed = 100; seed < 260; seed++) {
      const d = new Draw(seed);
      const moves = Array.from({ length: d.int(1, 7) }, () => MOVES[d.pick(names)]!);
      if (await check(seed, moves)) layers++;
    }
    for (let seed = 300; seed < 380; seed++) {
      const d = new Draw(seed);
      const moves = Array.from({ length: d.int(1, 4) }, () => MOVES[d.pick(['reshape', 'transpose', 'roll'])]!);
      if (await check(seed, moves)) layers++;
    }
    expect(layers).toBeGreaterThan(10);
  });
});
