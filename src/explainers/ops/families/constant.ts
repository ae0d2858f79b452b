import { hasAttribute, numberAttribute, numbersAttribute } from '../../graph/attributes.ts';
import type { Attribute, Dim, Node, ValueType } from '../../graph/graph.ts';
import { table } from '../../tables.ts';
import { dtypeOfCode, fromNumbers } from '../../tensor/dtype.ts';
import { type DType, float32, int64, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { hasRange, hasSpread } from '../deadly.ts';
import {
  isNumeric,
  isStatic,
  knownNumbers,
  misfit,
  picked,
  productOf,
  typeOfInput,
  unknownShape,
} from '../elements.ts';
import { noGradient } from '../gradients.ts';
import { defineOps, type InferContext, type OpEntry } from '../op.ts';
import { fromFront, unknownDim } from '../types.ts';

/** The tensor of each of Constant's attributes. */
const CONSTANTS = table<(attribute: Attribute) => Tensor | undefined>({
  value: (attribute) => (attribute.kind === 'tensor' ? attribute.value : undefined),
  value_float: ({ value }) => float32([], [value as number]),
  value_floats: ({ value }) => float32([(value as number[]).length], value as number[]),
  value_int: ({ value }) => int64([value as number], []),
  value_ints: ({ value }) => int64(value as number[]),
  value_string: ({ value }) => ({ dtype: 'string', shape: [], data: [value as string] }),
  value_strings: ({ value }) => ({
    dtype: 'string',
    shape: [(value as string[]).length],
    data: value as readonly string[],
  }),
});

function constantOf(node: Node): Tensor | undefined {
  const [given] = [...node.attributes].filter(([name]) => name in CONSTANTS);
  return given && CONSTANTS[given[0]]!(given[1]);
}

function constantTypes(c: InferContext): readonly ValueType[] {
  const tensor = constantOf(c.node);
  if (!tensor) throw misfit(c, 'has no readable value');
  return [{ dtype: tensor.dtype, shape: tensor.shape }];
}

/** The part of the shape that Shape's attributes select. */
function shapeRange(node: Node, shape: readonly Dim[]): readonly Dim[] {
  const rank = shape.length;
  const inside = (axis: number) => Math.min(Math.max(fromFront(axis, rank), 0), rank);
  return shape.slice(inside(numberAttribute(node, 'start', 0)), inside(numberAttribute(node, 'end', rank)));
}

function shapeTypes(c: InferContext): readonly ValueType[] {
  const { shape } = typeOfInput(c, 0);
  return [{ dtype: 'int64', shape: [shape ? shapeRange(c.node, shape).length : unknownDim(c, 0)] }];
}

function shapeValue(c: InferContext): readonly Tensor[] | null {
  const { shape } = typeOfInput(c, 0);
  const dims = shape && shapeRange(c.node, shape);
  return isStatic(dims) ? [int64(dims)] : null;
}

function sizeValue(c: InferContext): readonly Tensor[] | null {
  const size = productOf(c.types[0]?.shape ?? ['?']);
  return typeof size === 'number' ? [int64([size], [])] : null;
}

const filler = (node: Node): Tensor => {
  const value = node.attributes.get('value');
  return value?.kind === 'tensor' ? value.value : float32([1]);
};

function filledTypes(c: InferContext): readonly ValueType[] {
  const { dtype } = filler(c.node);
  const known = knownNumbers(c, 0);
  return [{ dtype, shape: known ?? unknownShape(c, c.types[0]?.shape?.[0]) }];
}

function foldFilled([shape]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  const value = filler(node);
  return shape && isNumeric(value) ? [picked(value, toNumbers(shape), () => 0)] : null;
}

function rangeTypes(c: InferContext): readonly ValueType[] {
  const { dtype } = typeOfInput(c, 0);
  const [start, limit, delta] = [0, 1, 2].map((i) => knownNumbers(c, i)?.[0]);
  const known = start !== undefined && limit !== undefined && delta !== undefined && delta !== 0;
  return [{ dtype, shape: [known ? Math.max(0, Math.ceil((limit - start) / delta)) : unknownDim(c, 0)] }];
}

function foldRange(inputs: readonly (Tensor | undefined)[]): readonly Tensor[] | null {
  if (!inputs.every(isNumeric)) return null;
  const [start = 0, limit = 0, delta = 1] = inputs.map((tensor) => toNumbers(tensor)[0]!);
  const length = Math.max(0, Math.ceil((limit - start) / delta));
  return [
    fromNumbers(
      inputs[0]!.dtype,
      [length],
      Array.from({ length }, (_, i) => start + i * delta),
    ),
  ];
}

/** The dtype that an attribute gives by ONNX's number. */
function dtypeAttribute(c: InferContext, fallback: DType): DType {
  return hasAttribute(c.node, 'dtype') ? (dtypeOfCode(numberAttribute(c.node, 'dtype')) ?? fallback) : fallback;
}

function eyeTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  return [{ dtype: dtypeAttribute(c, dtype), shape }];
}

function foldEye([x]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  const dtype = dtypeOfCode(numberAttribute(node, 'dtype', 0)) ?? x?.dtype;
  if (!x || !dtype || dtype === 'string') return null;
  const [rows = 0, columns = 0] = x.shape;
  const shift = numberAttribute(node, 'k', 0);
  const isOne = (i: number) => (i % columns) - Math.floor(i / columns) === shift;
  return [
    fromNumbers(
      dtype,
      x.shape,
      Array.from({ length: rows * columns }, (_, i) => (isOne(i) ? 1 : 0)),
    ),
  ];
}

const random = (op: string, infer: OpEntry['infer'], refuses: OpEntry['refuses'] = () => {}): OpEntry => ({
  op,
  role: 'constant',
  refuses,
  infer,
  vjp: noGradient,
});

const likeInput = (c: InferContext): readonly ValueType[] => {
  const { dtype, shape } = typeOfInput(c, 0);
  return [{ dtype: dtypeAttribute(c, dtype), shape }];
};

const fromShapeAttribute = (c: InferContext): readonly ValueType[] => [
  { dtype: dtypeAttribute(c, 'float32'), shape: numbersAttribute(c.node, 'shape') },
];

/** Noise: it does not depend on the image, yet it differs on every run. */
const randomOps = [
  random('RandomNormal', fromShapeAttribute, hasSpread),
  random('RandomUniform', fromShapeAttribute, hasRange),
  random('RandomNormalLike', likeInput, hasSpread),
  random('RandomUniformLike', likeInput, hasRange),
  random('Bernoulli', likeInput),
];

/** Whether a node gives different numbers on every run. */
export const isRandom = (node: Node): boolean => node.domain === '' && randomOps.some(({ op }) => op === node.op);

/** Values that do not depend on the image's content: constants, shapes, ranges, noise. */
export const constantOps = defineOps([
  {
    op: 'Constant',
    role: 'constant',
    infer: constantTypes,
    fold: (_, node) => {
      const tensor = constantOf(node);
      return tensor ? [tensor] : null;
    },
    vjp: noGradient,
  },
  { op: 'Shape', role: 'constant', infer: shapeTypes, value: shapeValue, vjp: noGradient },
  {
    op: 'Size',
    role: 'constant',
    infer: () => [{ dtype: 'int64', shape: [] }],
    value: sizeValue,
    vjp: noGradient,
  },
  { op: 'ConstantOfShape', role: 'constant', infer: filledTypes, fold: foldFilled, vjp: noGradient },
  { op: 'Range', role: 'constant', infer: rangeTypes, fold: foldRange, vjp: noGradient },
  { op: 'EyeLike', role: 'constant', infer: eyeTypes, fold: foldEye, vjp: noGradient },
  ...randomOps,
]);
