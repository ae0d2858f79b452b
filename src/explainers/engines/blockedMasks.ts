import { attributesOf } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { producers, prune } from '../graph/rewrite.ts';
import { lengthOf } from '../tensor/storedTensor.ts';
import { float32, scalar, type Tensor, toNumbers } from '../tensor/tensor.ts';

/** Channels that ONNX Runtime's kernels for x64 processors store together (MlasNchwcGetBlockSize: 8 or 16). */
const BLOCK = 16;
/** The operators that it computes in that layout, or that preserve it. */
const BLOCKED: ReadonlySet<string> = new Set(['Conv', 'BatchNormalization', 'Add', 'Sum', 'Concat']);
const LARGEST = 2 ** 128 - 2 ** 104;

/**
 * Rewrites the masks of rectified images into a form that ONNX Runtime computes in the blocked layout of its
 * convolutions. Greater and Cast do not support that layout, so image and gradient would be copied out of it before
 * each mask and back into it after. A depthwise convolution with its activation is one supported operator: y · (largest
 * float), clipped to 0…1, is 1 for each y > 0 and 0 otherwise (below 3 · 10⁻³⁹ it is in between).
 */
export function blockedMasks(graph: Graph): Graph {
  const made = producers(graph.nodes);
  const b = GraphBuilder.rewriting(graph);
  const bounds = [0, 1].map((value) => b.constant(scalar(value), 'mask.bound'));
  const kernels = new Map<number, string>();
  let found = false;
  for (const node of graph.nodes) {
    const image = maskedImage(node);
    const channels = image && blockedChannels(image);
    if (!channels) {
      b.add(node);
      continue;
    }
    found = true;
    const kernel = kernels.get(channels) ?? b.constant(largest(channels), 'mask.kernel');
    kernels.set(channels, kernel);
    const scaled = b.node('Conv', [image, kernel], { group: channels, kernel_shape: [1, 1] }, `${node.name}:scaled`);
    b.add({ ...node, op: 'Clip', inputs: [scaled, ...bounds], attributes: attributesOf({}) });
  }
  return found ? prune(b.build()) : graph;

  /** The value that a node is the mask of: 1 where it is positive, as float32. */
  function maskedImage(node: Node): string | undefined {
    const greater = node.op === 'Cast' && node.domain === '' ? made.get(node.inputs[0]!) : undefined;
    if (greater?.op !== 'Greater' || graph.types.get(node.outputs[0]!)?.dtype !== 'float32') return undefined;
    return isZero(graph.constants.get(greater.inputs[1]!)) ? greater.inputs[0] : undefined;
  }

  /** The channels of a rectified image as convolutions produce them, if they fill whole blocks. */
  function blockedChannels(image: string): number | undefined {
    const [relu, type] = [made.get(image), graph.types.get(image)];
    const before = relu?.op === 'Relu' ? made.get(relu.inputs[0]!) : undefined;
    if (!before || !BLOCKED.has(before.op) || type?.dtype !== 'float32') return undefined;
    const [, channels, ...space] = type.shape ?? [];
    return space.length === 2 && typeof channels === 'number' && channels % BLOCK === 0 ? channels : undefined;
  }
}

const isZero = (tensor: Tensor | undefined): boolean =>
  tensor?.dtype === 'float32' && lengthOf(tensor) === 1 && toNumbers(tensor)[0] === 0;

const largest = (channels: number) => float32([channels, 1, 1, 1], new Float32Array(channels).fill(LARGEST));
