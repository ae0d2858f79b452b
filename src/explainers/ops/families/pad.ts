import { stringAttribute } from '../../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../../graph/graph.ts';
import { table } from '../../tables.ts';
import { allocate, tensorOf } from '../../tensor/dtype.ts';
import { type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { axesFrom, besides } from '../along.ts';
import { oneOf } from '../deadly.ts';
import { axisIn, isNumeric, knownNumbers, misfit, stridesOf, typeOfInput } from '../elements.ts';
import { emitterOf, noRule, scatterKnown } from '../gradients.ts';
import { defineOps, type InferContext, type VjpContext } from '../op.ts';
import { ofPadded } from '../range.ts';
import { fromFront, unknownDim } from '../types.ts';

/** Begin and end per axis of the data, from a Pad's inputs. */
function padsOf(
  rank: number,
  pads: readonly number[],
  axes: readonly number[] | undefined,
): readonly (readonly [number, number])[] {
  const result = Array.from({ length: rank }, (): readonly [number, number] => [0, 0]);
  const count = pads.length / 2;
  for (let i = 0; i < count; i++) result[fromFront(axes?.[i] ?? i, rank)] = [pads[i]!, pads[i + count]!];
  return result;
}

function padTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  if (!shape) return [{ dtype, shape: null }];
  const pads = knownNumbers(c, 1);
  const axes = knownNumbers(c, 3);
  if (!pads || (c.node.inputs[3] && !axes)) return [{ dtype, shape: shape.map((_, axis) => unknownDim(c, axis)) }];
  for (const axis of axes ?? []) axisIn(c, axis, shape.length);
  if (pads.length !== 2 * (axes ?? shape).length) throw misfit(c, `has ${pads.length} pads for [${shape}]`);
  const byAxis = padsOf(shape.length, pads, axes);
  const dims = shape.map((dim, axis): Dim => {
    const [begin, end] = byAxis[axis]!;
    if (begin === 0 && end === 0) return dim;
    return typeof dim === 'number' ? dim + begin + end : unknownDim(c, axis);
  });
  return [{ dtype, shape: dims }];
}

/** Where a padded place is read from, by mode. */
const PADDING = table<(place: number, size: number) => number>({
  edge: (place, size) => Math.min(Math.max(place, 0), size - 1),
  wrap: (place, size) => ((place % size) + size) % size,
  reflect: (place, size) => {
    const period = Math.max(1, 2 * (size - 1));
    const inside = ((place % period) + period) % period;
    return inside < size ? inside : period - inside;
  },
});

/** The axes that get longer or shorter; all where only the run will tell. */
function paddedAxes(c: InferContext, rank: number): readonly number[] {
  const [pads, axes] = [knownNumbers(c, 1), knownNumbers(c, 3)];
  if (!pads || (c.node.inputs[3] && !axes)) return axesFrom(0, rank);
  return padsOf(rank, pads, axes).flatMap(([begin, end], axis) => (begin === 0 && end === 0 ? [] : [axis]));
}

function foldPad(inputs: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  return padded(inputs, PADDING[stringAttribute(node, 'mode', 'constant')]);
}

/** Modes that continue the picture beyond its border with what is near. */
const BORDERS: ReadonlySet<string> = new Set(['reflect', 'edge']);

function foldPlaces([x, amounts, , given]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  const mode = stringAttribute(node, 'mode', 'constant');
  return padded([x, amounts, undefined, given], BORDERS.has(mode) ? undefined : PADDING[mode]);
}

function padded(
  [x, amounts, fill, given]: readonly (Tensor | undefined)[],
  read: (place: number, size: number) => number = (place) => place,
): readonly Tensor[] | null {
  if (!isNumeric(x) || !amounts || (fill && !isNumeric(fill))) return null;
  const byAxis = padsOf(x.shape.length, toNumbers(amounts), given && toNumbers(given));
  const strides = stridesOf(x.shape);
  let [shape, offsets] = [[] as readonly number[], [0]];
  for (const [axis, [begin, end]] of byAxis.entries()) {
    const size = x.shape[axis]!;
    const places = Array.from({ length: Math.max(0, size + begin + end) }, (_, place) => read(place - begin, size));
    const inside = (place: number) => (place >= 0 && place < size ? place * strides[axis]! : Number.NaN);
    shape = [...shape, places.length];
    offsets = offsets.flatMap((offset) => places.map((place) => offset + inside(place)));
  }
  const data = allocate(x.dtype, offsets.length);
  for (const [k, offset] of offsets.entries()) {
    if (!Number.isNaN(offset)) data[k] = x.data[offset]!;
    else if (fill) data[k] = fill.data[0]!;
  }
  return [tensorOf(x.dtype, shape, data)];
}

function padVjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const shape = c.shape(c.x[0]!);
  const pads = c.constant(c.x[1]!);
  const axes = c.x[3] ? c.constant(c.x[3]) : undefined;
  if (!pads || (c.x[3] && !axes)) throw noRule(c, 'with computed pads');
  const byAxis = padsOf(shape.length, toNumbers(pads), axes && toNumbers(axes));
  const rest = c.x.slice(1).map(() => null);
  const read = PADDING[stringAttribute(c.node, 'mode', 'constant')];
  if (!read) {
    const back = [0, 1].flatMap((side) => [0, ...byAxis.map((pad) => -pad[side]!)]);
    return [e.pad(c.g[0]!, back), ...rest];
  }
  const now = [...c.shape(c.y[0]!)];
  let g = c.g[0]!;
  for (const [axis, [begin, end]] of byAxis.entries()) {
    if (begin === 0 && end === 0) continue;
    const before = [...now];
    const size = shape[axis]!;
    now[axis] = size;
    const source = Array.from({ length: before[axis]! }, (_, place) => read(place - begin, size));
    g = scatterKnown(e, g, before, now, axis, source);
  }
  return [g, ...rest];
}

/** Borders round a tensor. */
export const padOps = defineOps([
  {
    op: 'Pad',
    role: 'shape',
    hands: () => [0, 2],
    refuses: (c) => oneOf(c, 'mode', ['constant', 'reflect', 'edge', 'wrap']),
    infer: padTypes,
    fold: foldPad,
    foldPlaces,
    vjp: padVjp,
    wrt: [0],
    range: ofPadded,
    along: besides((c, x) => paddedAxes(c, x.shape.length)),
  },
]);
