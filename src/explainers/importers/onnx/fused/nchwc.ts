import { numberAttribute, numbersAttribute, stringAttribute } from '../../../graph/attributes.ts';
import type { Node } from '../../../graph/graph.ts';
import { fromNumbers } from '../../../tensor/dtype.ts';
import { float32, type TensorOf } from '../../../tensor/tensor.ts';
import type { UpgradeContext } from '../upgrade.ts';
import { fromBlocked, variationBetweenFilters } from './blocked.ts';
import { FusionWriter } from './fusion.ts';
import { CONV, convActivation } from './products.ts';

/** Where ONNX Runtime's layout optimiser puts its operators, whose values have channels in blocks. */
const DOMAIN = 'com.microsoft.nchwc';

/** Numbers in a vector of the processor that the file was optimised for. */
const BLOCKS = [8, 16] as const;

/** Below this ratio, the weights do not show which of two sizes of blocks they are stored in. */
const CLEAR = 1.3;
/** With fewer filters, chance may show one. */
const ENOUGH_FILTERS = 256;

const POOL = [
  'auto_pad',
  'ceil_mode',
  'count_include_pad',
  'dilations',
  'kernel_shape',
  'pads',
  'storage_order',
  'strides',
];

type Write = (w: FusionWriter, block: number, c: UpgradeContext) => string | null;

/** What each operator is with channels in plain order; their number stays filled up to whole blocks. */
const OPERATORS: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['ReorderInput', filledUp],
  ['ReorderOutput', cutOff],
  ['Conv', convolution],
  ['MaxPool', (w) => w.op('MaxPool', [w.input(0)], w.attributes(POOL))],
  ['AveragePool', (w) => w.op('AveragePool', [w.input(0)], w.attributes(POOL))],
  ['GlobalMaxPool', (w) => w.op('GlobalMaxPool', [w.input(0)])],
  ['GlobalAveragePool', (w) => w.op('GlobalAveragePool', [w.input(0)])],
  ['Upsample', upsampled],
]);

/**
 * The nodes of a graph with channels in plain order, where ONNX Runtime's layout optimiser put them in blocks; the
 * graph as it is if it did not, or if the size of its blocks is not certain: then its operators are refused by name.
 */
export function inPlainOrder(nodes: readonly Node[], c: UpgradeContext): readonly Node[] {
  if (!nodes.some(({ domain }) => domain === DOMAIN)) return nodes;
  const block = blockOf(nodes, c);
  if (block === undefined) return nodes;
  const written = nodes.map((node) => {
    if (node.domain !== DOMAIN) return [node];
    const writer = new FusionWriter(node, c);
    const value = OPERATORS.get(node.op)?.(writer, block, c) ?? null;
    return value === null ? null : writer.named([value]);
  });
  // One node in blocks among others in plain order would compute other numbers.
  return written.every((each) => each !== null) ? written.flat() : nodes;
}

/** The only size of blocks that the shapes allow, or the one that the weights show; undefined: neither. */
function blockOf(nodes: readonly Node[], c: UpgradeContext): number | undefined {
  const possible = BLOCKS.filter((block) => allows(nodes, c, block));
  if (possible.length < 2) return possible[0];
  const kernels = nodes.flatMap((node) => {
    const kernel = isConvolution(node) ? c.constantOf(node.inputs[1] ?? '') : undefined;
    return kernel?.dtype === 'float32' && kernel.shape[1]! > 1 ? [kernel] : [];
  });
  const filters = kernels.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const [eight, sixteen] = BLOCKS.map((block) =>
    kernels.reduce((sum, { data, shape }) => sum + variationBetweenFilters(data as Float32Array, shape, block), 0),
  ) as [number, number];
  if (filters < ENOUGH_FILTERS) return undefined;
  return eight > CLEAR * sixteen ? 8 : sixteen > CLEAR * eight ? 16 : undefined;
}

const isConvolution = ({ op, domain }: Node) => domain === DOMAIN && OPERATORS.get(op) === convolution;
const filled = (channels: number, block: number) => Math.ceil(channels / block) * block;

/** Whether every kernel, and every number of channels that is known, fits blocks of this size. */
function allows(nodes: readonly Node[], c: UpgradeContext, block: number): boolean {
  const channels = new Map<string, number>();
  return nodes.every((node) => {
    const [output] = node.outputs;
    const before = channels.get(node.inputs[0] ?? '');
    const write = node.domain === DOMAIN ? OPERATORS.get(node.op) : undefined;
    if (write === convolution) {
      const [filters, taken] = c.constantOf(node.inputs[1] ?? '')?.shape ?? [];
      if (filters === undefined || taken === undefined) return false;
      if (output) channels.set(output, filters);
      const whole = numberAttribute(node, 'group', 1) === 1;
      const fits = taken % block === 0 || taken < block;
      return filters % block === 0 && fits && !(whole && before !== undefined && before !== taken);
    }
    if (write === filledUp) {
      const count = channelsOf(node, c);
      if (output && count !== undefined) channels.set(output, filled(count, block));
      return true;
    }
    if (write === cutOff) return before === undefined || filled(numberAttribute(node, 'channels', 0), block) === before;
    const others = node.inputs.slice(1).map((name) => channels.get(name));
    if (output && before !== undefined && others.every((other) => other === before)) channels.set(output, before);
    return true;
  });
}

/** The channels of the plain value that a ReorderInput reads, if the file says so. */
function channelsOf(node: Node, c: UpgradeContext): number | undefined {
  const last = numberAttribute(node, 'channels_last', 0) !== 0;
  const size = c.type(node.inputs[0] ?? '')?.shape?.at(last ? -1 : 1);
  return typeof size === 'number' ? size : undefined;
}

/** Zeros for the channels that the last block lacks; how many there are may be known only with the image's shape. */
function filledUp(w: FusionWriter, block: number): string {
  const last = numberAttribute(w.node, 'channels_last', 0) !== 0;
  const value = last ? w.op('Transpose', [w.input(0)], { perm: [0, 3, 1, 2] }) : w.input(0);
  const channels = w.op('Shape', [value], { start: 1, end: 2 });
  const missing = w.op('Mod', [w.op('Neg', [channels]), w.ints([block])]);
  return w.op('Pad', [value, w.op('Concat', [w.ints([0, 0, 0, 0, 0]), missing, w.ints([0, 0])], { axis: 0 })]);
}

function cutOff(w: FusionWriter): string {
  const channels = numberAttribute(w.node, 'channels');
  const value = w.op('Slice', [w.input(0), w.ints([0]), w.ints([channels]), w.ints([1])]);
  return numberAttribute(w.node, 'channels_last', 0) === 0 ? value : w.op('Transpose', [value], { perm: [0, 2, 3, 1] });
}

function convolution(w: FusionWriter, block: number, c: UpgradeContext): string | null {
  const kernel = c.constantOf(w.input(1));
  if (kernel?.dtype !== 'float32') return null;
  const plain = c.constant(plainKernel(kernel, block), `${w.input(1)}:plain`);
  const inputs = [w.input(0), plain, ...(w.input(2) ? [w.input(2)] : [])];
  return convActivation(w, w.sum(w.op('Conv', inputs, w.attributes(CONV)), w.input(3)));
}

const plainKernel = ({ data, shape }: TensorOf<'float32'>, block: number) =>
  float32(shape, fromBlocked(data, shape, block));

function upsampled(w: FusionWriter, _block: number, c: UpgradeContext): string {
  const scales = numbersAttribute(w.node, 'scales');
  const factors = c.constant(fromNumbers('float32', [scales.length], scales), `${w.node.name}/scales`);
  const mode = stringAttribute(w.node, 'mode', 'nearest');
  return w.op('Resize', [w.input(0), '', factors], {
    mode,
    coordinate_transformation_mode: stringAttribute(w.node, 'coordinate_transformation_mode', 'asymmetric'),
    ...(mode === 'nearest' && { nearest_mode: 'floor' }),
  });
}
