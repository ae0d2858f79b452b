import { float } from '../../../graph/attributes.ts';
import { table } from '../../../tables.ts';
import { ACTIVATIONS, clipped, softmax } from '../../channelsLast/activations.ts';
import { combined, elementwise } from '../../channelsLast/elementwise.ts';
import { type GraphOp, inputAt, weightAt } from '../graphOp.ts';

const binary =
  (op: string): GraphOp =>
  (call) =>
    combined(call.draft, op, inputAt(call, 0), inputAt(call, 1));

const unary =
  (op: string): GraphOp =>
  (call) =>
    elementwise(call.draft, op, inputAt(call, 0));

const activation =
  (name: string): GraphOp =>
  (call) =>
    ACTIVATIONS[name]!(call.draft, inputAt(call, 0));

const passes: GraphOp = (call) => inputAt(call, 0);

/** Operations that work element by element. */
export const elementwiseOps = table<GraphOp>({
  Add: binary('Add'),
  AddV2: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  RealDiv: binary('Div'),
  Div: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: (call) => {
    const difference = combined(call.draft, 'Sub', inputAt(call, 0), inputAt(call, 1));
    return combined(call.draft, 'Mul', difference, difference);
  },
  Neg: unary('Neg'),
  Abs: unary('Abs'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Reciprocal: unary('Reciprocal'),
  Inv: unary('Reciprocal'),
  Erf: unary('Erf'),
  Rsqrt: (call) => elementwise(call.draft, 'Reciprocal', elementwise(call.draft, 'Sqrt', inputAt(call, 0))),
  Square: (call) => combined(call.draft, 'Mul', inputAt(call, 0), inputAt(call, 0)),
  Relu: activation('relu'),
  Relu6: activation('relu6'),
  Elu: activation('elu'),
  Selu: activation('selu'),
  Sigmoid: activation('sigmoid'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus'),
  Softsign: activation('softsign'),
  LeakyRelu: (call) =>
    elementwise(call.draft, 'LeakyRelu', inputAt(call, 0), { alpha: float(call.node.number('alpha', 0.2)) }),
  Prelu: (call) => elementwise(call.draft, 'PRelu', inputAt(call, 0), {}, [call.draft.plain(inputAt(call, 1))]),
  ClipByValue: (call) =>
    clipped(call.draft, inputAt(call, 0), weightAt(call, 1, 0).data[0]!, weightAt(call, 2, 0).data[0]!),
  Softmax: (call) => softmax(call.draft, inputAt(call, 0), -1),
  LogSoftmax: (call) => softmax(call.draft, inputAt(call, 0), -1, 'LogSoftmax'),
  Identity: passes,
  Snapshot: passes,
  StopGradient: passes,
  PreventGradient: passes,
  Cast: passes,
});
