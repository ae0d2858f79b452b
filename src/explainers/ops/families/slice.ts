import { numberAttribute } from '../../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../../graph/graph.ts';
import { allocate, type NumericTensor, tensorOf } from '../../tensor/dtype.ts';
import { sizeOf, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { axesFrom, besides, ownAxis } from '../along.ts';
import { joinedBatch } from '../batchForms.ts';
import {
  axisIn,
  everyInput,
  isNumeric,
  isStatic,
  knownNumbers,
  misfit,
  strided,
  stridesOf,
  typeOfInput,
} from '../elements.ts';
import { emitterOf, noRule, scatterKnown, seedZeros } from '../gradients.ts';
import { defineOps, type InferContext, type Places, type VjpContext } from '../op.ts';
import { ofFirst, ofSome } from '../range.ts';
import { fromFront, unknownDim } from '../types.ts';

function concatTypes(c: InferContext): readonly ValueType[] {
  const types = c.types.filter((type) => type !== undefined);
  const { dtype } = typeOfInput(c, 0);
  const shapes = types.map(({ shape }) => shape);
  const first = shapes.find((shape) => shape !== null);
  if (!first) return [{ dtype, shape: null }];
  const along = axisIn(c, numberAttribute(c.node, 'axis'), first.length);
  const dims = first.map((_, axis): Dim => {
    const all = shapes.map((shape) => shape?.[axis] ?? unknownDim(c, axis));
    if (axis === along)
      return isStatic(all) ? all.reduce<number>((sum, dim) => sum + Number(dim), 0) : unknownDim(c, axis);
    const numbers = all.filter((dim) => typeof dim === 'number');
    if (new Set(numbers).size > 1) throw misfit(c, `cannot join [${shapes.join('] and [')}] along axis ${along}`);
    return numbers[0] ?? all[0]!;
  });
  return [{ dtype, shape: dims }];
}

function foldConcat(inputs: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  if (!inputs.every(isNumeric) || new Set(inputs.map(({ dtype }) => dtype)).size > 1) return null;
  const [first] = inputs;
  const axis = fromFront(numberAttribute(node, 'axis'), first!.shape.length);
  const rows = sizeOf(first!.shape.slice(0, axis));
  const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = first!.shape.with(axis, total);
  const data = allocate(first!.dtype, sizeOf(shape));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const { data: part } of inputs) {
      const length = part.length / rows;
      for (let i = 0; i < length; i++) data[at++] = part[row * length + i]!;
    }
  }
  return [tensorOf(first!.dtype, shape, data)];
}

function concatVjp(c: VjpContext): readonly (string | null)[] {
  if (c.x.length === 1) return c.g;
  const axis = fromFront(numberAttribute(c.node, 'axis'), c.shape(c.y[0]!).length);
  const sizes = emitterOf(c).ints(c.x.map((name) => c.shape(name)[axis]!));
  return c.b.nodes('Split', [c.g[0]!, sizes], c.x.length, { axis: axis + 1 });
}

/** The lengths of a Split's outputs; undefined if they are only known at run time. */
function splitSizes(node: Node, size: Dim, given: readonly number[] | undefined): readonly number[] | undefined {
  if (node.inputs[1]) return given;
  const count = node.outputs.length;
  if (typeof size !== 'number') return undefined;
  const chunk = Math.ceil(size / numberAttribute(node, 'num_outputs', count));
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(chunk, size - i * chunk)));
}

function splitTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  if (!shape) return c.node.outputs.map(() => ({ dtype, shape: null }));
  const axis = axisIn(c, numberAttribute(c.node, 'axis', 0), shape.length);
  const sizes = splitSizes(c.node, shape[axis]!, knownNumbers(c, 1));
  const total = sizes?.reduce((a, b) => a + b, 0);
  if (sizes && typeof shape[axis] === 'number' && total !== shape[axis]) {
    throw misfit(c, `cannot split ${shape[axis]} into ${sizes.join(' + ')}`);
  }
  return c.node.outputs.map((_, i) => ({
    dtype,
    shape: shape.with(axis, sizes?.[i] ?? `${c.node.name}.${i}.${axis}`),
  }));
}

function foldSplit([x, given]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  if (!isNumeric(x)) return null;
  const axis = fromFront(numberAttribute(node, 'axis', 0), x.shape.length);
  const sizes = splitSizes(node, x.shape[axis]!, given && toNumbers(given));
  const strides = stridesOf(x.shape);
  let start = 0;
  return (
    sizes?.map((size) => {
      const part = strided(x, x.shape.with(axis, size), strides, start * strides[axis]!);
      start += size;
      return part;
    }) ?? null
  );
}

function splitVjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const axis = fromFront(numberAttribute(c.node, 'axis', 0), c.shape(c.x[0]!).length);
  const [known, at] = [c.g.find((g) => g !== null)!, c.g.findIndex((g) => g !== null)];
  const parts = c.g.map((g, i) => g ?? seedZeros(e, known, c.shape(c.y[at]!), c.shape(c.y[i]!)));
  return [parts.length === 1 ? parts[0]! : e.op('Concat', parts, { axis: axis + 1 }), null].slice(0, c.x.length);
}

/** One axis of a Slice: places start, start + step, … */
interface Range {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

interface SliceInputs {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes?: readonly number[];
  readonly steps?: readonly number[];
}

function rangesOf(shape: readonly Dim[], { starts, ends, axes, steps }: SliceInputs): readonly (Range | undefined)[] {
  return starts.map((from, i) => {
    const axis = fromFront(axes?.[i] ?? i, shape.length);
    const dim = shape[axis];
    const step = steps?.[i] ?? 1;
    if (typeof dim !== 'number') return undefined;
    const inside = (place: number, low: number, high: number) =>
      Math.min(Math.max(place < 0 ? place + dim : place, low), high);
    const start = step > 0 ? inside(from, 0, dim) : inside(from, 0, dim - 1);
    const end = step > 0 ? inside(ends[i]!, 0, dim) : inside(ends[i]!, -1, dim - 1);
    return { axis, start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
}

function sliceTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  if (!shape) return [{ dtype, shape: null }];
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((i) => knownNumbers(c, i));
  const sliceAxes = (axes ?? (starts ?? []).map((_, axis) => axis)).map((axis) => axisIn(c, axis, shape.length));
  const hidden = (i: number, known: unknown) => c.node.inputs[i] && !known;
  if (hidden(3, axes)) return [{ dtype, shape: shape.map((_, axis) => unknownDim(c, axis)) }];
  if (!starts || !ends || hidden(4, steps)) {
    const count = c.types[1]?.shape?.[0];
    const touched = axes ?? (typeof count === 'number' ? shape.slice(0, count) : shape).map((_, axis) => axis);
    const sliced = new Set(touched.map((axis) => axisIn(c, axis, shape.length)));
    return [{ dtype, shape: shape.map((dim, axis) => (sliced.has(axis) ? unknownDim(c, axis) : dim)) }];
  }
  const dims = [...shape];
  const ranges = rangesOf(shape, { starts, ends, axes, steps });
  for (const [i, range] of ranges.entries()) {
    const axis = sliceAxes[i]!;
    const whole = starts[i] === 0 && ends[i]! >= 2 ** 31 - 1 && (steps?.[i] ?? 1) === 1;
    if (range) dims[axis] = range.count;
    else if (!whole) dims[axis] = unknownDim(c, axis);
  }
  return [{ dtype, shape: dims }];
}

function foldSlice([x, ...rest]: readonly (Tensor | undefined)[]): readonly Tensor[] | null {
  const [starts, ends, axes, steps] = rest.map((tensor) => tensor && toNumbers(tensor));
  if (!isNumeric(x) || !starts || !ends) return null;
  return [sliced(x, rangesOf(x.shape, { starts, ends, axes, steps }) as readonly Range[])];
}

function sliced(x: NumericTensor, ranges: readonly Range[]): Tensor {
  const shape = [...x.shape];
  const strides = [...stridesOf(x.shape)];
  let offset = 0;
  for (const { axis, start, step, count } of ranges) {
    offset += start * strides[axis]!;
    strides[axis]! *= step;
    shape[axis] = count;
  }
  return strided(x, shape, strides, offset);
}

/** The axes that are shortened or read backwards; undefined if they are only known at run time. */
function cutsOf(c: InferContext): readonly Range[] | undefined {
  const shape = c.types[0]?.shape;
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((i) => knownNumbers(c, i));
  if (!isStatic(shape) || !starts || !ends || (c.node.inputs[3] && !axes) || (c.node.inputs[4] && !steps))
    return undefined;
  const ranges = rangesOf(shape, { starts, ends, axes, steps }) as readonly Range[];
  return ranges.filter(({ axis, step, count }) => step !== 1 || count < shape[axis]!);
}

/** If only one axis is cut. */
function slicePicks(c: InferContext): Places | undefined {
  const cut = cutsOf(c);
  if (cut?.length !== 1) return undefined;
  const [{ axis, start, step, count }] = cut as [Range];
  return { axis, places: Array.from({ length: count }, (_, i) => start + i * step) };
}

function sliceVjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const shape = c.shape(c.x[0]!);
  const inputs = c.x.slice(1).map((name) => (name ? c.constant(name) : undefined));
  const [starts, ends, axes, steps] = inputs.map((tensor) => tensor && toNumbers(tensor));
  if (!starts || !ends || c.x.some((name, i) => i > 0 && name && !inputs[i - 1]))
    throw noRule(c, 'with computed bounds');
  const ranges = rangesOf(shape, { starts, ends, axes, steps }) as readonly Range[];
  const rank = shape.length + 1;
  const pads = Array<number>(2 * rank).fill(0);
  const now = [...c.shape(c.y[0]!)];
  let g = c.g[0]!;
  for (const { axis, start, step, count } of ranges) {
    if (step === 1) {
      pads[axis + 1] = start;
      pads[rank + axis + 1] = shape[axis]! - start - count;
      continue;
    }
    const before = [...now];
    now[axis] = shape[axis]!;
    const places = Array.from({ length: count }, (_, j) => start + j * step);
    g = scatterKnown(e, g, before, now, axis, places);
  }
  return [pads.some((pad) => pad !== 0) ? e.pad(g, pads) : g, ...c.x.slice(1).map(() => null)];
}

/** Operators that cut tensors up and join them. */
export const sliceOps = defineOps([
  {
    op: 'Concat',
    hands: everyInput,
    batch: joinedBatch,
    role: 'shape',
    infer: concatTypes,
    fold: foldConcat,
    vjp: concatVjp,
    along: (c, axis) =>
      axis === fromFront(numberAttribute(c.node, 'axis'), c.types[0]?.shape?.length ?? 0)
        ? undefined
        : c.types.map(() => axis),
    range: ofSome(),
    joins: true,
  },
  {
    op: 'Split',
    role: 'shape',
    hands: () => [0],
    infer: splitTypes,
    fold: foldSplit,
    vjp: splitVjp,
    wrt: [0],
    along: (c, axis) =>
      axis === fromFront(numberAttribute(c.node, 'axis', 0), c.types[0]?.shape?.length ?? 0)
        ? undefined
        : ownAxis(c, axis),
    range: ofFirst,
    moves: true,
  },
  {
    op: 'Slice',
    role: 'shape',
    infer: sliceTypes,
    fold: foldSlice,
    vjp: sliceVjp,
    wrt: [0],
    picks: slicePicks,
    range: ofFirst,
    moves: true,
    along: besides((c) => cutsOf(c)?.map(({ axis }) => axis) ?? axesFrom(0, c.types[0]?.shape?.length ?? 0)),
  },
]);
