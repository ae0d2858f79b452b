import { numberAttribute } from '../../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../../graph/graph.ts';
import { allocate, fromNumbers, numbersOf, tensorOf } from '../../tensor/dtype.ts';
import { sizeOf, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { alignedAxis } from '../along.ts';
import { isOne } from '../deadly.ts';
import {
  axisIn,
  broadcastShapes,
  broadcastStridesOf,
  isNumeric,
  knownNumbers,
  typeOfInput,
  walk,
} from '../elements.ts';
import { emitterOf, scatterAdd } from '../gradients.ts';
import { defineOps, type InferContext, type OpEntry, type VjpContext } from '../op.ts';
import { ofFirst, ofSome } from '../range.ts';
import { broadcastTypes, fromFront, sameAs, unknownDim } from '../types.ts';

type Test = (values: readonly number[], node: Node) => boolean;

/** Folds a test of single elements, with broadcasting. Numbers beyond 2^53 are compared as the nearest ones below. */
const foldTest =
  (test: Test): OpEntry['fold'] =>
  (inputs, node) => {
    if (!inputs.every(isNumeric)) return null;
    const shape = broadcastShapes(inputs.map((tensor) => tensor.shape));
    if (!shape) return null;
    const values = Array.from({ length: sizeOf(shape) }, () => Array<number>(inputs.length).fill(0));
    for (const [i, tensor] of inputs.entries()) {
      const elements = numbersOf(tensor);
      walk(shape, broadcastStridesOf(tensor.shape, shape), 0, (k, place) => {
        values[k]![i] = elements[place]!;
      });
    }
    return [
      fromNumbers(
        'bool',
        shape,
        values.map((operands) => Number(test(operands, node))),
      ),
    ];
  };

const boolOf = (types: readonly ValueType[]): readonly ValueType[] => types.map((type) => ({ ...type, dtype: 'bool' }));

/** A boolean per element, through which no gradient can flow. */
const test = (op: string, holds: Test): OpEntry => ({
  op,
  role: 'select',
  infer: (c) => boolOf(broadcastTypes(c)),
  fold: foldTest(holds),
  along: alignedAxis,
});

function isInfinite([x]: readonly number[], node: Node): boolean {
  const positive = numberAttribute(node, 'detect_positive', 1) === 1;
  const negative = numberAttribute(node, 'detect_negative', 1) === 1;
  return (positive && x === Number.POSITIVE_INFINITY) || (negative && x === Number.NEGATIVE_INFINITY);
}

function whereTypes(c: InferContext): readonly ValueType[] {
  return broadcastTypes(c).map((type) => ({ ...type, dtype: typeOfInput(c, 1).dtype }));
}

function foldWhere([condition, yes, no]: readonly (Tensor | undefined)[]): readonly Tensor[] | null {
  if (!isNumeric(condition) || !isNumeric(yes) || !isNumeric(no) || yes.dtype !== no.dtype) return null;
  const shape = broadcastShapes([condition.shape, yes.shape, no.shape]);
  if (!shape) return null;
  const data = allocate(yes.dtype, sizeOf(shape));
  const holds = new Uint8Array(data.length);
  walk(shape, broadcastStridesOf(condition.shape, shape), 0, (k, place) => {
    holds[k] = Number(condition.data[place]);
  });
  for (const [tensor, wanted] of [[yes, 1] as const, [no, 0] as const]) {
    walk(shape, broadcastStridesOf(tensor.shape, shape), 0, (k, place) => {
      if (holds[k] === wanted) data[k] = tensor.data[place]!;
    });
  }
  return [tensorOf(yes.dtype, shape, data)];
}

function whereVjp(c: VjpContext): readonly (string | null)[] {
  const e = emitterOf(c);
  const part = (i: number) => {
    if (!c.needs(i)) return null;
    return i === 1 ? e.where(c.x[0]!, c.g[0]!, 0) : e.where(c.x[0]!, 0, c.g[0]!);
  };
  return [null, part(1), part(2)];
}

const axisOf = (c: InferContext, rank: number, fallback: number) =>
  axisIn(c, numberAttribute(c.node, 'axis', fallback), rank);

function topKTypes(c: InferContext): readonly ValueType[] {
  const { dtype, shape } = typeOfInput(c, 0);
  if (!shape) return [dtype, 'int64' as const].map((type) => ({ dtype: type, shape: null }));
  const axis = axisOf(c, shape.length, -1);
  const kept = shape.with(axis, knownNumbers(c, 1)?.[0] ?? unknownDim(c, axis));
  return [dtype, 'int64' as const].map((type) => ({ dtype: type, shape: kept }));
}

function topKVjp(c: VjpContext): readonly (string | null)[] {
  const shape = c.shape(c.x[0]!);
  if (!c.g[0]) return c.x.map(() => null);
  const axis = fromFront(numberAttribute(c.node, 'axis', -1), shape.length);
  return [scatterAdd(emitterOf(c), c.g[0], c.shape(c.y[0]!), shape, axis, c.output(1)), null];
}

function argTypes(c: InferContext): readonly ValueType[] {
  const { shape } = typeOfInput(c, 0);
  if (!shape) return [{ dtype: 'int64', shape: null }];
  const axis = axisOf(c, shape.length, 0);
  const keeps = numberAttribute(c.node, 'keepdims', 1) === 1;
  return [{ dtype: 'int64', shape: keeps ? shape.with(axis, 1) : shape.filter((_, i) => i !== axis) }];
}

function oneHotTypes(c: InferContext): readonly ValueType[] {
  const { shape } = typeOfInput(c, 0);
  const { dtype } = typeOfInput(c, 2);
  if (!shape) return [{ dtype, shape: null }];
  const axis = axisOf(c, shape.length + 1, -1);
  const depth: Dim = knownNumbers(c, 1)?.[0] ?? unknownDim(c, axis);
  return [{ dtype, shape: [...shape.slice(0, axis), depth, ...shape.slice(axis)] }];
}

/** values[1] at the index, values[0] elsewhere; an index outside −depth … depth − 1 is nowhere. */
function foldOneHot([indices, depth, values]: readonly (Tensor | undefined)[], node: Node): readonly Tensor[] | null {
  if (!isNumeric(indices) || !isNumeric(depth) || !isNumeric(values) || values.data.length !== 2) return null;
  const count = toNumbers(depth)[0]!;
  const rank = indices.shape.length;
  const axis = fromFront(numberAttribute(node, 'axis', -1), rank + 1);
  if (!(count >= 0) || axis < 0 || axis > rank) return null;
  const shape = [...indices.shape.slice(0, axis), count, ...indices.shape.slice(axis)];
  const inner = sizeOf(indices.shape.slice(axis));
  const [off, on] = values.data;
  const data = allocate(values.dtype, sizeOf(shape)).fill(off as never);
  for (const [i, index] of toNumbers(indices).entries()) {
    const place = fromFront(index, count);
    if (place >= 0 && place < count) data[(Math.floor(i / inner) * count + place) * inner + (i % inner)] = on!;
  }
  return [tensorOf(values.dtype, shape, data)];
}

function triluVjp(c: VjpContext): readonly (string | null)[] {
  const upper = { upper: numberAttribute(c.node, 'upper', 1) };
  return [emitterOf(c).op('Trilu', [c.g[0]!, ...c.x.slice(1)], upper), null].slice(0, c.x.length);
}

/** Operators that compare, and operators that pick by a value. */
export const selectOps = defineOps([
  test('Equal', ([a, b]) => a === b),
  test('Less', ([a, b]) => a! < b!),
  test('LessOrEqual', ([a, b]) => a! <= b!),
  test('Greater', ([a, b]) => a! > b!),
  test('GreaterOrEqual', ([a, b]) => a! >= b!),
  test('And', ([a, b]) => a !== 0 && b !== 0),
  test('Or', ([a, b]) => a !== 0 || b !== 0),
  test('Xor', ([a, b]) => (a !== 0) !== (b !== 0)),
  test('Not', ([a]) => a === 0),
  test('IsNaN', ([x]) => Number.isNaN(x)),
  test('IsInf', isInfinite),
  {
    op: 'Where',
    role: 'select',
    hands: () => [1, 2],
    infer: whereTypes,
    fold: foldWhere,
    vjp: whereVjp,
    wrt: [1, 2],
    range: ofSome(1, 2),
    along: alignedAxis,
  },
  { op: 'TopK', role: 'select', infer: topKTypes, vjp: topKVjp, wrt: [0], range: ofFirst },
  { op: 'ArgMax', role: 'select', infer: argTypes },
  { op: 'ArgMin', role: 'select', infer: argTypes },
  { op: 'OneHot', role: 'select', infer: oneHotTypes, fold: foldOneHot, refuses: (c) => isOne(c, 1) },
  {
    op: 'NonZero',
    role: 'select',
    infer: (c) => [{ dtype: 'int64', shape: [typeOfInput(c, 0).shape?.length ?? unknownDim(c, 0), unknownDim(c, 1)] }],
  },
  { op: 'Trilu', role: 'select', infer: sameAs(), vjp: triluVjp, wrt: [0], hands: () => [0] },
]);
