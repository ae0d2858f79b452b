import { numberAttribute, numbersAttribute, stringAttribute, withAttributes } from '../../graph/attributes.ts';
import type { Attribute, Node } from '../../graph/graph.ts';
import { fromNumbers, isFloat, type NumericDType } from '../../tensor/dtype.ts';
import { float32, int64, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { unsupportedError } from './problem.ts';
import type { Upgrade, UpgradeContext } from './upgrade.ts';

/**
 * Every change between opset 7 and 21 after which an older node would be wrong or invalid. Source: ONNX's Changelog.md.
 */
export const UPGRADES: readonly Upgrade[] = [
  { op: 'BatchNormalization', since: 9, upgrade: requireSpatial },
  { op: 'Upsample', since: 9, upgrade: (node, c) => attributeToInput(node, c, 'scales', 1, floatVector) },
  { op: 'Upsample', since: 10, upgrade: (node) => ({ ...node, op: 'Resize' }) },
  { op: 'Slice', since: 10, upgrade: sliceToInputs },
  { op: 'TopK', since: 10, upgrade: (node, c) => attributeToInput(node, c, 'k', 1, intVector) },
  { op: 'Clip', since: 11, upgrade: clipToInputs },
  { op: 'Pad', since: 11, upgrade: padToInputs },
  { op: 'Scatter', since: 11, upgrade: (node) => ({ ...node, op: 'ScatterElements' }) },
  { op: 'Resize', since: 11, upgrade: resizeAsymmetric },
  { op: 'Dropout', since: 12, upgrade: (node, c) => attributeToInput(node, c, 'ratio', 1, floatScalar) },
  { op: 'Softmax', since: 13, upgrade: alongOneAxis },
  { op: 'LogSoftmax', since: 13, upgrade: alongOneAxis },
  { op: 'Hardmax', since: 13, upgrade: alongOneAxis },
  { op: 'Squeeze', since: 13, upgrade: axesToInput },
  { op: 'Unsqueeze', since: 13, upgrade: axesToInput },
  { op: 'ReduceSum', since: 13, upgrade: axesToInput },
  { op: 'Split', since: 13, upgrade: (node, c) => attributeToInput(node, c, 'split', 1, intVector) },
  { op: 'Resize', since: 13, upgrade: resizeWithoutTfHalfPixel },
  { op: 'BatchNormalization', since: 14, upgrade: inferenceOnly },
  {
    op: 'RoiAlign',
    since: 16,
    upgrade: (node) => withDefault(node, 'coordinate_transformation_mode', 'output_half_pixel'),
  },
  { op: 'Split', since: 18, upgrade: splitCount },
  ...['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'SumSquare'].map((kind) => ({
    op: `Reduce${kind}`,
    since: 18,
    upgrade: axesToInput,
  })),
  { op: 'GridSample', since: 20, upgrade: gridSampleModes },
  { op: 'GroupNormalization', since: 21, upgrade: groupNormalizationPerChannel },
];

type AsTensor = (attribute: Attribute) => Tensor;
const numbers = (attribute: Attribute) => [attribute.value].flat() as number[];
const intVector: AsTensor = (attribute) => clampedInt64(numbers(attribute));
const floatVector: AsTensor = (attribute) => float32([numbers(attribute).length], numbers(attribute));
const floatScalar: AsTensor = (attribute) => float32([], numbers(attribute));

/** INT64_MAX, "to the end" in old Slices, is 2^63 as a number. */
const clampedInt64 = (values: readonly number[]) => int64(values.map((value) => BigInt.asIntN(64, clampInt64(value))));
const clampInt64 = (value: number) => {
  const whole = BigInt(value);
  return whole >= 2n ** 63n ? 2n ** 63n - 1n : whole < -(2n ** 63n) ? -(2n ** 63n) : whole;
};

/** Turns an attribute, if present, into input `index`. */
function attributeToInput(node: Node, c: UpgradeContext, name: string, index: number, asTensor: AsTensor): Node {
  const attribute = node.attributes.get(name);
  if (!attribute) return node;
  const inputs = [...node.inputs];
  while (inputs.length < index) inputs.push('');
  inputs[index] = c.constant(asTensor(attribute), `${node.name}/${name}`);
  return withAttributes({ ...node, inputs }, { [name]: undefined });
}

function axesToInput(node: Node, c: UpgradeContext): Node {
  return attributeToInput(node, c, 'axes', 1, intVector);
}

function withDefault(node: Node, name: string, value: string): Node {
  return node.attributes.has(name) ? node : withAttributes(node, { [name]: { kind: 'string', value } });
}

function requireSpatial(node: Node): Node {
  if (numberAttribute(node, 'spatial', 1) !== 1) throw cannotUpgrade(node, 'statistics per position (spatial = 0)');
  return withAttributes(node, { spatial: undefined });
}

/** At inference the statistics that training updates do not exist, although a file may still list their names. */
function inferenceOnly(node: Node): Node {
  return { ...node, outputs: node.outputs.slice(0, 1) };
}

function sliceToInputs(node: Node, c: UpgradeContext): Node {
  const starts = numbersAttribute(node, 'starts');
  const axes = numbersAttribute(
    node,
    'axes',
    starts.map((_, axis) => axis),
  );
  const vectors = { starts, ends: numbersAttribute(node, 'ends'), axes };
  const inputs = Object.entries(vectors).map(([name, values]) =>
    c.constant(clampedInt64(values), `${node.name}/${name}`),
  );
  const bare = withAttributes(node, { starts: undefined, ends: undefined, axes: undefined });
  return { ...bare, inputs: [node.inputs[0] ?? '', ...inputs] };
}

/** Clip and Pad acquired inputs of the data's own type, which the file need not declare; it is usually float32. */
function dataDtype(node: Node, c: UpgradeContext): NumericDType {
  const dtype = c.type(node.inputs[0]!)?.dtype ?? c.type(node.outputs[0]!)?.dtype;
  return dtype && dtype !== 'string' && isFloat(dtype) ? dtype : 'float32';
}

function clipToInputs(node: Node, c: UpgradeContext): Node {
  const bounds = ['min', 'max'].map((name) => {
    const attribute = node.attributes.get(name);
    return attribute ? c.constant(fromNumbers(dataDtype(node, c), [], numbers(attribute)), `${node.name}/${name}`) : '';
  });
  return withAttributes({ ...node, inputs: [node.inputs[0] ?? '', ...bounds] }, { min: undefined, max: undefined });
}

function padToInputs(node: Node, c: UpgradeContext): Node {
  const pads = c.constant(clampedInt64(numbersAttribute(node, 'pads')), `${node.name}/pads`);
  const value = numberAttribute(node, 'value', 0);
  const inputs = [node.inputs[0] ?? '', pads];
  if (value !== 0) inputs.push(c.constant(fromNumbers(dataDtype(node, c), [], [value]), `${node.name}/value`));
  return withAttributes({ ...node, inputs }, { pads: undefined, value: undefined });
}

/** Upsample and the first Resize supported only one way of reading between pixels. */
function resizeAsymmetric(node: Node): Node {
  const [x, scales] = node.inputs;
  return withAttributes(
    { ...node, inputs: [x ?? '', '', scales ?? ''] },
    {
      coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' },
      nearest_mode: { kind: 'string', value: 'floor' },
    },
  );
}

/** floor((x + 0.5) / scale) is the half-pixel position rounded, halves up. */
function resizeWithoutTfHalfPixel(node: Node): Node {
  if (stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') !== 'tf_half_pixel_for_nn') return node;
  if (stringAttribute(node, 'mode', 'nearest') !== 'nearest' || stringAttribute(node, 'nearest_mode', '') !== 'floor') {
    throw cannotUpgrade(node, 'coordinate_transformation_mode = tf_half_pixel_for_nn');
  }
  return withAttributes(node, {
    coordinate_transformation_mode: { kind: 'string', value: 'half_pixel' },
    nearest_mode: { kind: 'string', value: 'round_prefer_ceil' },
  });
}

/**
 * Before opset 13, Softmax took all axes from `axis` on together. For the last axis that is the same; otherwise the
 * value is flattened there and restored afterwards.
 */
function alongOneAxis(node: Node, c: UpgradeContext): readonly Node[] {
  const axis = numberAttribute(node, 'axis', 1);
  const x = node.inputs[0]!;
  const rank = c.type(x)?.shape?.length ?? c.type(node.outputs[0]!)?.shape?.length;
  const lastAxis = { axis: { kind: 'int', value: -1 } } as const;
  if (axis === -1 || axis + 1 === rank) return [withAttributes(node, lastAxis)];
  const [shape, flat, result] = ['shape', 'flat', 'result'].map((hint) => c.value(`${node.name}/${hint}`)) as [
    string,
    string,
    string,
  ];
  const make = (op: string, inputs: readonly string[], output: string, attributes: Node['attributes'] = new Map()) => ({
    name: c.nodeName(`${node.name}/${op}`),
    op,
    domain: '',
    inputs,
    outputs: [output],
    attributes,
  });
  return [
    make('Shape', [x], shape),
    make('Flatten', [x], flat, new Map([['axis', { kind: 'int', value: axis }]])),
    withAttributes({ ...node, inputs: [flat], outputs: [result] }, lastAxis),
    make('Reshape', [result, shape], node.outputs[0]!),
  ];
}

function splitCount(node: Node): Node {
  if (node.inputs[1]) return node;
  return withAttributes(node, { num_outputs: { kind: 'int', value: node.outputs.length } });
}

function gridSampleModes(node: Node): Node {
  const mode = stringAttribute(node, 'mode', 'bilinear').replace(/^bi/, '');
  return withAttributes(node, { mode: { kind: 'string', value: mode } });
}

/** Scale and bias were per group until opset 20, and have been per channel since. */
function groupNormalizationPerChannel(node: Node, c: UpgradeContext): Node {
  const groups = numberAttribute(node, 'num_groups');
  const channels = c.type(node.inputs[0]!)?.shape?.[1] ?? c.type(node.outputs[0]!)?.shape?.[1];
  const spread = (name: string): string => {
    const tensor = c.constantOf(name);
    if (!tensor || tensor.dtype === 'string' || typeof channels !== 'number') {
      throw cannotUpgrade(node, 'scale and bias per group that are not constants');
    }
    const values = toNumbers(tensor);
    const perGroup = channels / groups;
    const spreadValues = Array.from({ length: channels }, (_, channel) => values[Math.floor(channel / perGroup)] ?? 0);
    return c.constant(fromNumbers(tensor.dtype, [channels], spreadValues), `${name}/channels`);
  };
  return { ...node, inputs: [node.inputs[0]!, spread(node.inputs[1]!), spread(node.inputs[2]!)] };
}

function cannotUpgrade(node: Node, what: string) {
  return unsupportedError(
    `${node.op} with ${what} cannot be upgraded to a newer opset.`,
    `node '${node.name}'`,
    'Export the model again with opset 17 or newer.',
  );
}
