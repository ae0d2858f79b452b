import { own, table } from '../../tables.ts';
import { ACTIVATIONS } from '../channelsLast/activations.ts';
import { combined } from '../channelsLast/elementwise.ts';
import type { Value } from '../channelsLast/value.ts';
import { EXPORT_TO_ONNX, unread } from '../problem.ts';
import { isObject, type Json } from './config.ts';
import { picked } from './getItem.ts';
import type { LayerCall, LayerEntry } from './layer.ts';
import {
  binary,
  casting,
  clipping,
  concatenating,
  multiplying,
  operandOf,
  reducing,
  reshapingTo,
  softmaxing,
  squeezing,
  transposing,
  unary,
  widening,
} from './operations.ts';

const activation = (name: string): LayerEntry => ({
  build: (call) => ACTIVATIONS[name]!(call.draft, call.inputs[0] ?? operandOf(call, 'features', 0)),
});

const two = (op: string) => binary(op, ['x', 'y']);
const PASSES: LayerEntry = { build: (call) => call.inputs[0] ?? operandOf(call, 'x', 0) };

/**
 * TensorFlow's functions as Keras 2 stores them: `x + y` is the function `math.add`, in older versions
 * `__operators__.add`.
 */
const FUNCTIONS = table<LayerEntry>({
  'math.add': two('Add'),
  'math.subtract': two('Sub'),
  'math.multiply': two('Mul'),
  'math.truediv': two('Div'),
  'math.divide': two('Div'),
  'math.maximum': two('Max'),
  'math.minimum': two('Min'),
  'math.pow': two('Pow'),
  '__operators__.add': two('Add'),
  '__operators__.sub': two('Sub'),
  '__operators__.mul': two('Mul'),
  '__operators__.truediv': two('Div'),
  'nn.bias_add': binary('Add', ['value', 'bias']),
  'linalg.matmul': multiplying(['a', 'b']),
  'math.negative': unary('Neg'),
  'math.abs': unary('Abs'),
  'math.sqrt': unary('Sqrt'),
  'math.exp': unary('Exp'),
  'math.square': { build: (call) => combined(call.draft, 'Mul', first(call), first(call)) },
  'math.sigmoid': activation('sigmoid'),
  'math.tanh': activation('tanh'),
  'nn.relu': activation('relu'),
  'nn.relu6': activation('relu6'),
  'nn.silu': activation('silu'),
  'nn.sigmoid': activation('sigmoid'),
  'nn.tanh': activation('tanh'),
  'nn.softmax': softmaxing,
  'math.reduce_mean': reducing('ReduceMean'),
  'math.reduce_sum': reducing('ReduceSum'),
  'math.reduce_max': reducing('ReduceMax'),
  reshape: reshapingTo('shape'),
  transpose: transposing('perm'),
  concat: concatenating('values'),
  squeeze: squeezing,
  expand_dims: widening,
  clip_by_value: clipping('clip_value_min', 'clip_value_max'),
  cast: casting,
  identity: PASSES,
  stop_gradient: PASSES,
  '__operators__.getitem': { build: (call) => picked(call, first(call), specOf(call)) },
});

const first = (call: LayerCall): Value => operandOf(call, 'x', 0);

/** The parts that `x[…]` picks: {"start": …, "stop": …, "step": …} for each axis. */
function specOf(call: LayerCall): readonly Json[] {
  const given = call.named.get('slice_spec');
  const spec = given && 'json' in given ? given.json : null;
  const list = Array.isArray(spec) ? spec : [spec];
  return list.map((each) => (isObject(each) || typeof each === 'number' ? each : { class_name: '__ellipsis__' }));
}

function applied(call: LayerCall): Value {
  const name = call.config.word('function', '');
  const entry = own(FUNCTIONS, name);
  if (entry) return entry.build(call);
  throw unread(
    `Layer '${call.name}' is TensorFlow's function '${name}', which is not read.`,
    call.name,
    EXPORT_TO_ONNX,
  );
}

/** Layers into which Keras 2 turns TensorFlow's functions. */
export const tensorflowLayers = table<LayerEntry>({
  TFOpLambda: { build: applied },
  SlicingOpLambda: { build: applied },
});
