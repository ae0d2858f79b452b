import { float } from '../../../graph/attributes.ts';
import { table } from '../../../tables.ts';
import { ACTIVATIONS } from '../../channelsLast/activations.ts';
import { convolution, depthwiseConvolution } from '../../channelsLast/convolution.ts';
import { dense } from '../../channelsLast/dense.ts';
import { combined, elementwise } from '../../channelsLast/elementwise.ts';
import { batchNormalisation } from '../../channelsLast/normalisation.ts';
import { pooling } from '../../channelsLast/pooling.ts';
import type { Value } from '../../channelsLast/value.ts';
import type { Padding } from '../../channelsLast/window.ts';
import { EXPORT_TO_ONNX, unread } from '../../problem.ts';
import { type GraphOp, inputAt, type OpCall, weightAt } from '../graphOp.ts';

/** Height and width of a list for [batch, height, width, channels]. */
function spatial(call: OpCall, key: string): readonly [number, number] {
  const list = call.node.numbers(key);
  if (call.node.text('data_format', 'NHWC') !== 'NHWC') throw otherwise(call, 'keeps the channels before the pixels');
  return list.length === 4 ? [list[1]!, list[2]!] : [1, 1];
}

function paddingOf(call: OpCall): Padding {
  const padding = call.node.text('padding', 'VALID');
  if (padding === 'SAME') return 'same';
  if (padding === 'VALID') return 'valid';
  const list = call.node.numbers('explicit_paddings');
  if (padding === 'EXPLICIT' && list.length === 8) return [[list[2]!, list[3]!], [list[4]!, list[5]!]]; // biome-ignore format: one line
  throw otherwise(call, `pads its image by '${padding}'`);
}

const otherwise = ({ node }: OpCall, what: string) =>
  unread(`Operation '${node.name}' (${node.op}) ${what}.`, node.name, EXPORT_TO_ONNX);

const windowOf = (call: OpCall) => ({
  strides: spatial(call, 'strides'),
  dilations: spatial(call, 'dilations'),
  padding: paddingOf(call),
});

/** What a fused operation does after applying its weights, by TensorFlow's names. */
const FUSED = table<string>({ Relu: 'relu', Relu6: 'relu6', Elu: 'elu', Sigmoid: 'sigmoid', Tanh: 'tanh' });

/** The rest of a fused operation: its bias is applied already. */
function finished(call: OpCall, x: Value): Value {
  return call.node.texts('fused_ops').reduce((value, name) => {
    if (name === 'BiasAdd') return value;
    const alpha = call.node.number('leakyrelu_alpha', 0.2);
    if (name === 'LeakyRelu') return elementwise(call.draft, 'LeakyRelu', value, { alpha: float(alpha) });
    if (name === 'Prelu') return elementwise(call.draft, 'PRelu', value, {}, [call.draft.plain(inputAt(call, 3))]);
    const activation = ACTIVATIONS[FUSED[name] ?? ''];
    if (!activation) throw otherwise(call, `is fused with '${name}', which is not read`);
    return activation(call.draft, value);
  }, x);
}

const biasOf = (call: OpCall) => (call.node.texts('fused_ops').includes('BiasAdd') ? weightAt(call, 2, 1) : undefined);

const convolved: GraphOp = (call) =>
  finished(call, convolution(call.draft, inputAt(call, 0), weightAt(call, 1, 4), biasOf(call), windowOf(call)));

const depthwise: GraphOp = (call) =>
  finished(
    call,
    depthwiseConvolution(call.draft, inputAt(call, 0), weightAt(call, 1, 4), biasOf(call), windowOf(call)),
  );

const product: GraphOp = (call) => {
  const turned = call.node.boolean('transpose_a', false) || call.node.boolean('transpose_b', false);
  if (turned) throw otherwise(call, 'turns its matrices');
  const { draft } = call;
  const [a, b] = [inputAt(call, 0), inputAt(call, 1)];
  if (b.constant && b.shape.length === 2) return finished(call, dense(draft, a, weightAt(call, 1, 2), biasOf(call)));
  const name = draft.node('MatMul', [draft.plain(a), draft.plain(b)]);
  return { name, shape: [...a.shape.slice(0, -1), b.shape.at(-1) ?? null], order: 'plain' };
};

const pooled =
  (op: 'MaxPool' | 'AveragePool'): GraphOp =>
  (call) =>
    pooling(call.draft, inputAt(call, 0), op, {
      kernel: spatial(call, 'ksize'),
      strides: spatial(call, 'strides'),
      padding: paddingOf(call),
    });

const normalised: GraphOp = (call) => {
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => weightAt(call, i, 1));
  const statistics = { gamma, beta, mean: mean!, variance: variance! };
  return batchNormalisation(call.draft, inputAt(call, 0), statistics, call.node.number('epsilon', 0.001));
};

const biased: GraphOp = (call) => combined(call.draft, 'Add', inputAt(call, 0), inputAt(call, 1));

/** Operations with weights and windows. */
export const weightedOps = table<GraphOp>({
  Conv2D: convolved,
  _FusedConv2D: convolved,
  FusedConv2D: convolved,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: depthwise,
  MatMul: product,
  _FusedMatMul: product,
  BatchMatMul: product,
  BatchMatMulV2: product,
  BiasAdd: biased,
  MaxPool: pooled('MaxPool'),
  AvgPool: pooled('AveragePool'),
  FusedBatchNorm: normalised,
  FusedBatchNormV2: normalised,
  FusedBatchNormV3: normalised,
});
