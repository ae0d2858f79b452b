import { numberAttribute, stringAttribute } from '../../graph/attributes.ts';
import type { Node, ValueType } from '../../graph/graph.ts';
import { int64, sizeOf, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { byElementBatch, gatheredBatch, scatteredBatch } from '../batchForms.ts';
import { countsBatches } from '../deadly.ts';
import { axisIn, isNumeric, isStatic, knownNumbers, picked, stridesOf, typeOfInput } from '../elements.ts';
import type { Emit } from '../emit.ts';
import { emitterOf, noRule, scatterAdd, scatterKnown, seedZeros } from '../gradients.ts';
import { defineOps, type InferContext, type OpEntry, type Places, type VjpContext } from '../op.ts';
import { ofFirst } from '../range.ts';
import { fromFront, sameAs } from '../types.ts';

const axisOf = (node: Node, rank: number) => fromFront(numberAttribute(node, 'axis', 0), rank);

function gatherTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  const indices = typeOfInput(c, 1).shape;
  if (!shape || !indices) return [{ dtype, shape: null }];
  const axis = axisIn(c, numberAttribute(c.node, 'axis', 0), shape.length);
  return [{ dtype, shape: [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)] }];
}

function foldGather([x, indices]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  if (!isNumeric(x) || !indices) return null;
  const axis = axisOf(node, x.shape.length);
  const size = x.shape[axis]!;
  const places = toNumbers(indices).map((index) => fromFront(index, size));
  if (places.some((place) => !(place >= 0 && place < size))) return null;
  const inner = sizeOf(x.shape.slice(axis + 1));
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const row = places.length * inner;
  return [
    picked(x, shape, (k) => {
      const place = places[Math.floor((k % row) / inner)]!;
      return (Math.floor(k / row) * size + place) * inner + (k % inner);
    }),
  ];
}

function foldGatherElements([x, indices]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  if (!isNumeric(x) || !indices) return null;
  const axis = axisOf(node, x.shape.length);
  const places = toNumbers(indices).map((index) => fromFront(index, x.shape[axis]!));
  if (places.some((place) => !(place >= 0 && place < x.shape[axis]!))) return null;
  const [from, to] = [stridesOf(x.shape), stridesOf(indices.shape)];
  return [
    picked(x, indices.shape, (k) =>
      from.reduce((at, stride, i) => {
        const place = i === axis ? places[k]! : Math.floor(k / to[i]!) % indices.shape[i]!;
        return at + place * stride;
      }, 0),
    ),
  ];
}

function foldGatherNd([x, indices]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  if (!isNumeric(x) || !indices) return null;
  const batch = numberAttribute(node, 'batch_dims', 0);
  const depth = indices.shape.at(-1)!;
  const outer = indices.shape.slice(0, -1);
  const shape = [...outer, ...x.shape.slice(batch + depth)];
  const strides = stridesOf(x.shape);
  const inner = sizeOf(x.shape.slice(batch + depth));
  // Separate picks, for each of the batch axes.
  const each = sizeOf(outer.slice(batch));
  const all = toNumbers(indices);
  const starts = Array.from({ length: sizeOf(outer) }, (_, row) => {
    let at = Math.floor(row / each) * sizeOf(x.shape.slice(batch));
    for (let i = 0; i < depth; i++) {
      const size = x.shape[batch + i]!;
      const place = fromFront(all[row * depth + i]!, size);
      at += place >= 0 && place < size ? place * strides[batch + i]! : Number.NaN;
    }
    return at;
  });
  if (starts.some(Number.isNaN)) return null;
  return [picked(x, shape, (k) => starts[Math.floor(k / inner)]! + (k % inner))];
}

/** Axes other than the picked one; axes of computed indices are not the data's. */
const gatherAxis: OpEntry['along'] = (c, axis) => {
  const [shape, indices] = c.types.map((type) => type?.shape);
  if (!shape || !indices) return undefined;
  const picked = axisOf(c.node, shape.length);
  if (axis < picked) return [axis, null];
  return axis < picked + indices.length ? undefined : [axis - indices.length + 1, null];
};

function gatherPicks(c: InferContext): Places | undefined {
  const [indices, shape] = [knownNumbers(c, 1), c.types[0]?.shape];
  if (!indices || !isStatic(shape)) return undefined;
  const axis = axisOf(c.node, shape.length);
  return { axis, places: indices.map((index) => fromFront(index, shape[axis]!)) };
}

function gatherVjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const shape = c.shape(c.x[0]!);
  const axis = axisOf(c.node, shape.length);
  const indices = c.constant(c.x[1]!);
  const count = sizeOf(c.shape(c.x[1]!));
  const from = shape.with(axis, count);
  const g = e.reshape(c.g[0]!, [-1, ...from]);
  if (indices) {
    const places = toNumbers(indices).map((index) => fromFront(index, shape[axis]!));
    return [scatterKnown(e, g, from, shape, axis, places), null];
  }
  const along = shape.map((_, i) => (i === axis ? count : 1));
  return [scatterAdd(e, g, from, shape, axis, e.reshape(c.x[1]!, along)), null];
}

function gatherElementsVjp(c: VjpContext): readonly (string | null)[] {
  const shape = c.shape(c.x[0]!);
  const from = c.shape(c.y[0]!);
  return [scatterAdd(emitterOf(c), c.g[0]!, from, shape, axisOf(c.node, shape.length), c.x[1]!), null];
}

/** Indices of GatherElements and ScatterElements for gradients [K, …]. */
const forEverySeed = (e: Emit, indices: string, like: string) =>
  e.op('Expand', [indices, e.op('Concat', [seedsOf(e, like), e.op('Shape', [indices])], { axis: 0 })]);

/** The number of seeds K, as a vector of one. */
const seedsOf = (e: Emit, g: string) => e.op('Shape', [g], { start: 0, end: 1 });

function gatherNdTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  const indices = typeOfInput(c, 1).shape;
  const depth = indices?.at(-1);
  if (!shape || !indices || typeof depth !== 'number') return [{ dtype, shape: null }];
  const batch = numberAttribute(c.node, 'batch_dims', 0);
  return [{ dtype, shape: [...indices.slice(0, -1), ...shape.slice(batch + depth)] }];
}

/** Seeds last, [K, …] → [… , K], and back, because ScatterND needs untouched axes at the end. */
const seedsLast = (e: Emit, g: string, rank: number) => e.transpose(g, [...range(1, rank + 1), 0]);
const seedsFirst = (e: Emit, g: string, rank: number) => e.transpose(g, [rank, ...range(0, rank)]);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Indices preceded by the position in each batch axis, for operators without batch axes. */
function withBatchPlaces(c: VjpContext, e: Emit, batch: number): string {
  const indices = c.x[1]!;
  if (batch === 0) return indices;
  const shape = c.shape(indices);
  const outer = shape.slice(0, -1);
  const strides = stridesOf(outer);
  const places = range(0, sizeOf(outer)).flatMap((k) =>
    range(0, batch).map((axis) => Math.floor(k / strides[axis]!) % outer[axis]!),
  );
  return e.op('Concat', [c.b.constant(int64(places, [...outer, batch])), indices], { axis: -1 });
}

function gatherNdVjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const shape = c.shape(c.x[0]!);
  const from = c.shape(c.y[0]!);
  const indices = withBatchPlaces(c, e, numberAttribute(c.node, 'batch_dims', 0));
  const zeros = seedsLast(e, seedZeros(e, c.g[0]!, from, shape), shape.length);
  const updates = seedsLast(e, c.g[0]!, from.length);
  return [seedsFirst(e, e.op('ScatterND', [zeros, indices, updates], { reduction: 'add' }), shape.length), null];
}

/** Whether scattered values replace the data or are added to it; other reductions have no rule. */
function adds(c: VjpContext): boolean {
  const reduction = stringAttribute(c.node, 'reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add') throw noRule(c, `with reduction '${reduction}'`);
  return reduction === 'add';
}

function scatterElementsVjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const g = c.g[0]!;
  const axis = { axis: axisOf(c.node, c.shape(c.x[0]!).length) + 1 };
  const indices = forEverySeed(e, c.x[1]!, g);
  const updates = e.op('GatherElements', [g, indices], axis);
  if (adds(c)) return [g, null, updates];
  const zeros = e.op('Sub', [updates, updates]);
  return [e.op('ScatterElements', [g, indices, zeros], axis), null, updates];
}

function scatterNdVjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const shape = c.shape(c.x[0]!);
  const g = seedsLast(e, c.g[0]!, shape.length);
  const picks = e.op('GatherND', [g, c.x[1]!]);
  const updates = seedsFirst(e, picks, c.shape(c.x[2]!).length);
  if (adds(c)) return [c.g[0]!, null, updates];
  const zeros = e.op('Sub', [picks, picks]);
  return [seedsFirst(e, e.op('ScatterND', [g, c.x[1]!, zeros]), shape.length), null, updates];
}

/** What is written elsewhere than it stood, unless it is added to what stood there. */
const scattered = (node: Node) => (stringAttribute(node, 'reduction', 'none') === 'none' ? [0, 2] : []);

/** Operators that read from and write to places given by indices. */
export const gatherOps = defineOps([
  {
    op: 'Gather',
    batch: gatheredBatch,
    role: 'shape',
    infer: gatherTypes,
    fold: foldGather,
    vjp: gatherVjp,
    wrt: [0],
    along: gatherAxis,
    picks: gatherPicks,
    range: ofFirst,
    moves: true,
  },
  {
    op: 'GatherElements',
    batch: byElementBatch,
    role: 'shape',
    infer: (c) => [{ dtype: typeOfInput(c, 0).dtype, shape: typeOfInput(c, 1).shape }],
    fold: foldGatherElements,
    vjp: gatherElementsVjp,
    wrt: [0],
    range: ofFirst,
    moves: true,
  },
  {
    op: 'GatherND',
    role: 'shape',
    refuses: countsBatches,
    infer: gatherNdTypes,
    fold: foldGatherNd,
    vjp: gatherNdVjp,
    wrt: [0],
    range: ofFirst,
    moves: true,
  },
  {
    op: 'ScatterElements',
    hands: scattered,
    batch: byElementBatch,
    role: 'select',
    infer: sameAs(),
    vjp: scatterElementsVjp,
    wrt: [0, 2],
  },
  {
    op: 'ScatterND',
    hands: scattered,
    batch: scatteredBatch,
    role: 'select',
    infer: sameAs(),
    vjp: scatterNdVjp,
    wrt: [0, 2],
  },
]);
