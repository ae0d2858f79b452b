import { float } from '../../graph/attributes.ts';
import { table } from '../../tables.ts';
import { DTYPE_CODES } from '../../tensor/dtype.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { ACTIVATIONS, clipped, softmax } from '../channelsLast/activations.ts';
import { combined, constantValue, elementwise, numberValue } from '../channelsLast/elementwise.ts';
import { joined, reduced, reshaping, squeezed, transposition, unsqueezed } from '../channelsLast/shaping.ts';
import { axisOf, type Value } from '../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import { isObject, type Json } from './config.ts';
import { itemOf } from './getItem.ts';
import type { Given, LayerCall, LayerEntry } from './layer.ts';

/** A setting of an operation, from its settings, a named argument, or an argument by its place. */
function settingOf(call: LayerCall, name: string, place: number): Json | undefined {
  const given = call.named.get(name) ?? call.args[place];
  if (given && 'json' in given) return plainJson(given.json);
  const setting = call.config.raw(name);
  return setting === undefined ? undefined : plainJson(setting);
}

/** Unwraps tuples and numbers. */
function plainJson(value: Json): Json {
  if (!isObject(value) || !isObject(value.config)) return value;
  return value.class_name === '__tuple__' || value.class_name === '__numpy__' ? (value.config.value ?? null) : value;
}

/** A value that an operation reads: one of the graph, or a constant in the file. */
export function operandOf(call: LayerCall, name: string, place: number): Value {
  const given = call.named.get(name) ?? call.args[place];
  const found = given && valueIn(call, given);
  if (found) return found;
  throw damaged(`Operation '${call.name}' lacks what it works on.`, call.name);
}

function valueIn({ draft }: LayerCall, given: Given): Value | undefined {
  if ('value' in given) return given.value;
  if (!('json' in given)) return undefined;
  const json = plainJson(given.json);
  if (typeof json === 'number') return numberValue(draft, json);
  const tensor = tensorOf(json);
  return tensor && constantValue(draft, tensor, 'constant');
}

/** Nested lists of numbers as a tensor; undefined if their lengths differ. */
function tensorOf(json: Json): TensorOf<'float32'> | undefined {
  const shape: number[] = [];
  for (let at = json; Array.isArray(at); at = at[0] as Json) shape.push(at.length);
  const data = Array.isArray(json) ? (json as unknown[]).flat(32) : [];
  const fits = data.every((each) => typeof each === 'number') && data.length === shape.reduce((n, size) => n * size, 1);
  return fits && shape.length > 0 ? float32(shape, data as number[]) : undefined;
}

export const binary = (op: string, names: readonly [string, string] = ['x1', 'x2']): LayerEntry => ({
  build: (call) => combined(call.draft, op, operandOf(call, names[0], 0), operandOf(call, names[1], 1)),
});

export const unary = (op: string): LayerEntry => ({
  build: (call) => elementwise(call.draft, op, onlyOperand(call)),
});

/** Settings of every operation. */
const COMMON: ReadonlySet<string> = new Set(['name', 'dtype', 'trainable', 'function']);

/** The value of an operation without settings; one that is not known would change its numbers. */
function onlyOperand(call: LayerCall): Value {
  const setting = call.config.keys.find((key) => !COMMON.has(key));
  if (setting === undefined) return operandOf(call, 'x', 0);
  throw unread(
    `Operation '${call.name}' (${call.className}) has the setting '${setting}', which is not known.`,
    call.name,
    EXPORT_TO_ONNX,
  );
}

/** The axes that an operation names; every axis if it names none. */
function axesOf(call: LayerCall, x: Value, place: number): readonly number[] {
  const given = settingOf(call, 'axis', place);
  if (given === undefined || given === null) return x.shape.map((_, axis) => axis);
  const axes = (Array.isArray(given) ? given : [given]).map((axis) => axisOf(Number(axis), x.shape.length));
  if (axes.every((axis) => axis !== undefined)) return axes as number[];
  throw damaged(`Operation '${call.name}' names an axis that its value does not have.`, call.name);
}

export const reducing = (op: string): LayerEntry => ({
  build: (call) => {
    const x = operandOf(call, 'x', 0);
    return reduced(call.draft, op, x, axesOf(call, x, 1), settingOf(call, 'keepdims', 2) === true);
  },
});

function numbers(call: LayerCall, name: string, place: number, fallback?: readonly number[]): readonly number[] {
  const given = settingOf(call, name, place) ?? fallback;
  const list = Array.isArray(given) ? given : [given];
  if (list.every((each) => typeof each === 'number')) return list as number[];
  throw unread(
    `Operation '${call.name}' has a '${name}' that is computed while the model runs.`,
    call.name,
    EXPORT_TO_ONNX,
  );
}

const activation = (name: string): LayerEntry => ({
  build: (call) => ACTIVATIONS[name]!(call.draft, onlyOperand(call)),
});

/** An operator with a number of its own. */
const withNumber = (op: string, key: string, fallback: number): LayerEntry => ({
  build: (call) => {
    const given = settingOf(call, key, 1);
    return elementwise(call.draft, op, operandOf(call, 'x', 0), {
      alpha: float(typeof given === 'number' ? given : fallback),
    });
  },
});

/** Values in a list that an operation reads. */
function listed(call: LayerCall, name: string): readonly Value[] {
  const given = call.named.get(name) ?? call.args[0];
  const values = given && 'list' in given ? given.list.map((each) => valueIn(call, each)) : [];
  if (values.length > 0 && values.every((value) => value !== undefined)) return values as Value[];
  throw damaged(`Operation '${call.name}' lacks what it works on.`, call.name);
}

const number = (value: Json | undefined) => (typeof value === 'number' ? value : null);

export const clipping = (low: string, high: string): LayerEntry => ({
  build: (call) =>
    clipped(call.draft, operandOf(call, 'x', 0), number(settingOf(call, low, 1)), number(settingOf(call, high, 2))),
});

export const concatenating = (name: string): LayerEntry => ({
  build: (call) => {
    const values = listed(call, name);
    const axis = axisOf(Number(settingOf(call, 'axis', 1) ?? 0), values[0]!.shape.length);
    if (axis === undefined) throw damaged(`Operation '${call.name}' joins along an axis that is not there.`, call.name);
    return joined(call.draft, values, axis);
  },
});

export const reshapingTo = (name: string): LayerEntry => ({
  build: (call) => {
    const [, ...sizes] = numbers(call, name, 1);
    return reshaping(call.draft, operandOf(call, 'x', 0), sizes);
  },
});

export const transposing = (name: string): LayerEntry => ({
  build: (call) => {
    const x = operandOf(call, 'x', 0);
    const given = settingOf(call, name, 1);
    const axes = Array.isArray(given) ? numbers(call, name, 1) : x.shape.map((_, axis) => x.shape.length - 1 - axis);
    return transposition(call.draft, x, axes);
  },
});

export const squeezing: LayerEntry = {
  build: (call) => {
    const x = operandOf(call, 'x', 0);
    const named = settingOf(call, 'axis', 1) != null;
    const axes = named ? axesOf(call, x, 1) : x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
    return squeezed(call.draft, x, axes);
  },
};

export const widening: LayerEntry = {
  build: (call) => {
    const x = operandOf(call, 'x', 0);
    const axis = axisOf(numbers(call, 'axis', 1)[0]!, x.shape.length + 1);
    if (axis === undefined) throw damaged(`Operation '${call.name}' names an axis that is not there.`, call.name);
    return unsqueezed(call.draft, x, axis);
  },
};

export const multiplying = (names: readonly [string, string] = ['x1', 'x2']): LayerEntry => ({
  build: (call) => {
    const { draft } = call;
    const [a, b] = [operandOf(call, names[0], 0), operandOf(call, names[1], 1)];
    const rank = Math.max(a.shape.length, b.shape.length);
    const batch = (a.shape.length === rank ? a : b).shape.slice(0, -2);
    const name = draft.node('MatMul', [draft.plain(a), draft.plain(b)]);
    return { name, shape: [...batch, a.shape.at(-2) ?? null, b.shape.at(-1) ?? null], order: 'plain' };
  },
});

const softmaxAs = (op: 'Softmax' | 'LogSoftmax'): LayerEntry => ({
  build: (call) => {
    const axes = numbers(call, 'axis', 1, [-1]);
    if (axes.length === 1) return softmax(call.draft, operandOf(call, 'x', 0), axes[0]!, op);
    throw unread(`Operation '${call.name}' is a softmax over several axes.`, call.name, EXPORT_TO_ONNX);
  },
});

export const softmaxing = softmaxAs('Softmax');

const PASSES: LayerEntry = { build: (call) => operandOf(call, 'x', 0) };

/** Floating types are all float32 here; integers are cut off, and go on as float32. */
export const casting: LayerEntry = {
  build: (call) => {
    const x = call.inputs[0] ?? operandOf(call, 'x', 0);
    const given = settingOf(call, 'dtype', 1);
    const dtype = typeof given === 'string' ? given : isObject(given) ? String(given.value ?? given.name) : '';
    if (/float/.test(dtype)) return x;
    if (!/int/.test(dtype))
      throw unread(`Operation '${call.name}' casts to '${dtype}', which is not read.`, call.name, EXPORT_TO_ONNX);
    const whole = elementwise(call.draft, 'Cast', x, { to: DTYPE_CODES.int64 });
    return elementwise(call.draft, 'Cast', whole, { to: DTYPE_CODES.float32 });
  },
};

/** The operations of Keras 3 by their class. */
export const operations = table<LayerEntry>({
  Add: binary('Add'),
  Subtract: binary('Sub'),
  Multiply: binary('Mul'),
  TrueDivide: binary('Div'),
  Divide: binary('Div'),
  Power: binary('Pow'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Matmul: multiplying(),
  Negative: unary('Neg'),
  Absolute: unary('Abs'),
  Abs: unary('Abs'),
  Sqrt: unary('Sqrt'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Erf: unary('Erf'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Reciprocal: unary('Reciprocal'),
  Square: {
    build: (call) => {
      const x = operandOf(call, 'x', 0);
      return combined(call.draft, 'Mul', x, x);
    },
  },
  Rsqrt: {
    build: (call) => elementwise(call.draft, 'Reciprocal', elementwise(call.draft, 'Sqrt', operandOf(call, 'x', 0))),
  },
  Mean: reducing('ReduceMean'),
  Sum: reducing('ReduceSum'),
  Max: reducing('ReduceMax'),
  Min: reducing('ReduceMin'),
  Prod: reducing('ReduceProd'),
  Reshape: reshapingTo('newshape'),
  Transpose: transposing('axes'),
  Concatenate: concatenating('xs'),
  Squeeze: squeezing,
  ExpandDims: widening,
  GetItem: { build: itemOf },
  Clip: clipping('x_min', 'x_max'),
  Softmax: softmaxing,
  Relu: activation('relu'),
  Relu6: activation('relu6'),
  Sigmoid: activation('sigmoid'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus'),
  Softsign: activation('softsign'),
  Silu: activation('silu'),
  Elu: withNumber('Elu', 'alpha', 1),
  Celu: withNumber('Celu', 'alpha', 1),
  LeakyRelu: withNumber('LeakyRelu', 'negative_slope', 0.2),
  Selu: activation('selu'),
  HardSigmoid: activation('hard_sigmoid'),
  HardSilu: activation('hard_silu'),
  LogSoftmax: softmaxAs('LogSoftmax'),
  Gelu: {
    build: (call) =>
      elementwise(call.draft, 'Gelu', operandOf(call, 'x', 0), {
        approximate: settingOf(call, 'approximate', 1) === false ? 'none' : 'tanh',
      }),
  },
  Cast: casting,
  StopGradient: PASSES,
});
