import { numberAttribute, numbersAttribute } from '../../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../../graph/graph.ts';
import { type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { ownAxis, regroupedAxis } from '../along.ts';
import { regroupedBatch, reshapedBatch, toldBatch } from '../batchForms.ts';
import {
  axisIn,
  broadcastShapes,
  broadcastStridesOf,
  isNumeric,
  isStatic,
  knownNumbers,
  misfit,
  productOf,
  reshaped,
  strided,
  stridesOf,
  typeOfInput,
  unknownShape,
} from '../elements.ts';
import { emitterOf, noRule } from '../gradients.ts';
import { defineOps, type InferContext, type OpEntry, type VjpContext } from '../op.ts';
import { ofFirst } from '../range.ts';
import { broadcastDims, fromFront, sameAs, unknownDim } from '../types.ts';

/** The dimension that -1 represents: the rest of the input after all others. */
function restOf(c: InferContext, from: readonly Dim[], others: readonly Dim[], axis: number): Dim {
  const left = [...from];
  for (const dim of others) {
    if (typeof dim === 'string' && left.includes(dim)) left.splice(left.indexOf(dim), 1);
  }
  const numbers = others.filter((dim) => typeof dim === 'number').reduce((a, b) => a * b, 1);
  const names = left.filter((dim) => typeof dim === 'string');
  const whole = left.filter((dim) => typeof dim === 'number').reduce((a, b) => a * b, 1);
  if (names.length === 0) {
    if (numbers === 0 || whole % numbers !== 0) throw misfit(c, `cannot turn [${from}] into [${others}] and a rest`);
    return whole / numbers;
  }
  return names.length === 1 && whole === numbers ? names[0]! : unknownDim(c, axis);
}

function reshapeTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape: from } = typeOfInput(c, 0);
  const asked = knownNumbers(c, 1);
  if (!asked) return [{ dtype, shape: unknownShape(c, c.types[1]?.shape?.[0]) }];
  const copies = numberAttribute(c.node, 'allowzero', 0) === 0;
  const dims = asked.map((dim, axis): Dim => (dim === 0 && copies ? (from?.[axis] ?? unknownDim(c, axis)) : dim));
  const rest = asked.indexOf(-1);
  if (rest >= 0) {
    const others = dims.filter((_, axis) => axis !== rest);
    dims[rest] = from ? restOf(c, from, others, rest) : unknownDim(c, rest);
  }
  if (isStatic(from) && isStatic(dims) && productOf(from) !== productOf(dims)) {
    throw misfit(c, `cannot turn [${from}] into [${dims}]`);
  }
  return [{ dtype, shape: dims }];
}

function flattenTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  if (!shape) return [{ dtype, shape: unknownShape(c, 2) }];
  const axis = fromFront(numberAttribute(c.node, 'axis', 1), shape.length);
  const halves = [shape.slice(0, axis), shape.slice(axis)];
  return [{ dtype, shape: halves.map((dims, half) => productOf(dims) ?? unknownDim(c, half)) }];
}

/** Squeeze: the given axes, or every axis of length 1. */
function squeezeTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  const given = c.node.inputs[1] ? knownNumbers(c, 1) : undefined;
  if (!shape || (c.node.inputs[1] && !given)) return [{ dtype, shape: null }];
  const axes = given?.map((axis) => axisIn(c, axis, shape.length));
  const kept = shape.filter((dim, axis) => !(axes ? axes.includes(axis) : dim === 1));
  return [{ dtype, shape: kept }];
}

function unsqueezeTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  const given = knownNumbers(c, 1);
  if (!shape || !given) return [{ dtype, shape: null }];
  const rank = shape.length + given.length;
  const axes = new Set(given.map((axis) => axisIn(c, axis, rank)));
  const rest = shape.values();
  return [
    { dtype, shape: Array.from({ length: rank }, (_, axis): Dim => (axes.has(axis) ? 1 : (rest.next().value ?? 1))) },
  ];
}

function permutation(node: Node, rank: number): readonly number[] {
  return numbersAttribute(
    node,
    'perm',
    Array.from({ length: rank }, (_, axis) => rank - 1 - axis),
  );
}

function transposeTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  if (!shape) return [{ dtype, shape: null }];
  const perm = permutation(c.node, shape.length);
  if (perm.length !== shape.length || new Set(perm).size !== perm.length || perm.some((axis) => !(axis in shape))) {
    throw misfit(c, `cannot reorder the axes of [${shape}] by [${perm}]`);
  }
  return [{ dtype, shape: perm.map((axis) => shape[axis]!) }];
}

function foldTranspose([x]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  if (!isNumeric(x)) return null;
  const perm = permutation(node, x.shape.length);
  const strides = stridesOf(x.shape);
  return [strided(x, perm.map((axis) => x.shape[axis]!), perm.map((axis) => strides[axis]!))]; // biome-ignore format: one line
}

function transposeVjp(c: VjpContext) {
  const perm = permutation(c.node, c.shape(c.x[0]!).length);
  const inverse = perm.map((_, axis) => perm.indexOf(axis) + 1);
  return [emitterOf(c).transpose(c.g[0]!, [0, ...inverse])];
}

function expandTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  if (!shape) return [{ dtype, shape: null }];
  const asked = knownNumbers(c, 1);
  if (asked) return [{ dtype, shape: broadcastDims(c, shape, asked) }];
  const rank = c.types[1]?.shape?.[0];
  return [{ dtype, shape: typeof rank === 'number' ? unknownShape(c, Math.max(rank, shape.length)) : null }];
}

function foldExpand([x, asked]: readonly (Tensor | undefined)[]): readonly Tensor[] | null {
  const shape = isNumeric(x) && asked ? broadcastShapes([x.shape, toNumbers(asked)]) : null;
  return isNumeric(x) && shape ? [strided(x, shape, broadcastStridesOf(x.shape, shape))] : null;
}

function tileTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  const repeats = knownNumbers(c, 1);
  if (!shape) return [{ dtype, shape: null }];
  const dims = shape.map((dim, axis): Dim => {
    const times = repeats?.[axis];
    if (times === 1) return dim;
    return typeof dim === 'number' && times !== undefined ? dim * times : unknownDim(c, axis);
  });
  return [{ dtype, shape: dims }];
}

function foldTile([x, repeats]: readonly (Tensor | undefined)[]): readonly Tensor[] | null {
  if (!isNumeric(x) || !repeats) return null;
  const times = toNumbers(repeats);
  const strides = stridesOf(x.shape);
  // Each axis becomes two: the copies, which do not move, and the axis itself.
  const shape = x.shape.flatMap((dim, axis) => [times[axis]!, dim]);
  const tiled = strided(
    x,
    shape,
    strides.flatMap((stride) => [0, stride]),
  );
  return [{ ...tiled, shape: x.shape.map((dim, axis) => dim * times[axis]!) }];
}

function tileVjp(c: VjpContext) {
  const e = emitterOf(c);
  const shape = c.shape(c.x[0]!);
  const whole = c.shape(c.y[0]!);
  const apart = shape.flatMap((dim, axis) => [dim === 0 ? 0 : whole[axis]! / dim, dim]);
  const copies = e.ints(shape.map((_, axis) => 2 * axis + 1));
  return [e.op('ReduceSum', [e.reshape(c.g[0]!, [-1, ...apart]), copies], { keepdims: 0 }), null];
}

/** At inference it returns its input; see `withoutTrainingMode` for the rest. */
function dropoutVjp(c: VjpContext): readonly (string | null)[] {
  const training = c.x[2] ? c.constant(c.x[2]) : undefined;
  if (c.x[2] && !(training && toNumbers(training).every((value) => value === 0))) throw noRule(c, 'in training mode');
  return [c.g[0] ?? null, null, null].slice(0, c.x.length);
}

/** The same elements in the same order under another shape. */
const regroups = (op: string, infer: OpEntry['infer'], fold?: OpEntry['fold']): OpEntry => ({
  op,
  role: 'shape',
  infer,
  fold,
  vjp: (c) => [emitterOf(c).reshape(c.g[0]!, [-1, ...c.shape(c.x[0]!)]), null].slice(0, c.x.length),
  wrt: [0],
  along: regroupedAxis(infer),
  range: ofFirst,
  moves: true,
  regroups: true,
});

/** Folds through the entry's own inference. */
const foldRegrouped =
  (infer: OpEntry['infer']): OpEntry['fold'] =>
  (inputs, node) => {
    const types = inputs.map((tensor) => tensor && { dtype: tensor.dtype, shape: tensor.shape });
    const [type] = infer({ node, types, constant: (i) => inputs[i], opset: 21 });
    const result = inputs[0] && isStatic(type?.shape) ? reshaped(inputs[0], type.shape) : null;
    return result && [result];
  };

const regrouped = (op: string, infer: OpEntry['infer']) => regroups(op, infer, foldRegrouped(infer));

const squeezedAxis = regroupedAxis(squeezeTypes);

/** As in broadcasting, against the given shape. */
const expandAxis: OpEntry['along'] = (c, axis) => {
  const [from, to] = [c.types[0]?.shape, expandTypes(c)[0]?.shape];
  if (!from || !to) return undefined;
  const at = axis - to.length + from.length;
  return [at < 0 || from[at] === 1 ? null : at, null];
};

/** Operators that regroup, reorder or repeat elements. */
export const shapeOps = defineOps([
  { ...regrouped('Reshape', reshapeTypes), told: 1, batch: reshapedBatch },
  { ...regrouped('Flatten', flattenTypes), batch: regroupedBatch },
  // Without given axes, it would remove those that have become 1.
  { ...regrouped('Squeeze', squeezeTypes), along: (c, axis) => (c.node.inputs[1] ? squeezedAxis(c, axis) : undefined) },
  regrouped('Unsqueeze', unsqueezeTypes),
  {
    op: 'Transpose',
    role: 'shape',
    infer: transposeTypes,
    fold: foldTranspose,
    vjp: transposeVjp,
    along: (c, axis) => [permutation(c.node, c.types[0]?.shape?.length ?? 0)[axis] ?? axis],
    range: ofFirst,
    moves: true,
  },
  {
    op: 'Expand',
    batch: toldBatch(1),
    role: 'shape',
    infer: expandTypes,
    fold: foldExpand,
    vjp: (c) => [c.g[0]!, null],
    wrt: [0],
    along: expandAxis,
    told: 1,
    range: ofFirst,
    moves: true,
  },
  {
    op: 'Tile',
    role: 'shape',
    infer: tileTypes,
    fold: foldTile,
    vjp: tileVjp,
    wrt: [0],
    along: (c, axis) => (knownNumbers(c, 1)?.[axis] === 1 ? [axis, null] : undefined),
    range: ofFirst,
    moves: true,
  },
  {
    op: 'Identity',
    role: 'shape',
    infer: sameAs(),
    fold: ([x]) => (x ? [x] : null),
    vjp: (c) => [c.g[0]!],
    along: ownAxis,
    range: ofFirst,
    moves: true,
    regroups: true,
  },
  {
    op: 'Dropout',
    role: 'shape',
    infer: (c) => [typeOfInput(c, 0), { ...typeOfInput(c, 0), dtype: 'bool' }],
    vjp: dropoutVjp,
    wrt: [0],
    range: ofFirst,
    moves: true,
    regroups: true,
  },
]);
