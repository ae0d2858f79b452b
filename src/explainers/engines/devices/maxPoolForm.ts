import { numbersAttribute } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { producers, prune, readsOf } from '../../graph/rewrite.ts';
import { float32, int64, scalar, type TensorOf } from '../../tensor/tensor.ts';

/** Less than every activation, and still 0 when it is multiplied by 0. */
const LOWEST = -3e38;

/** Each element of a window takes an image of its own: of larger windows the gradient stays as it is. */
const MOST_TAPS = 64;

/** A maximum over windows of images whose sizes are known. */
interface Pool {
  readonly image: string;
  readonly maximum: string;
  readonly shape: readonly [n: number, c: number, h: number, w: number];
  /** Size of the maxima. */
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** The padding before and after the image. */
  readonly begin: readonly number[];
}

/**
 * The gradient of MaxPool in a form for graphics cards, which have neither the places of the maxima nor a sum into
 * given places. A convolution separates each window's elements, the first that equals the maximum takes the window's
 * gradient, and the transposed convolution puts the elements back, where several windows add up.
 */
export function maxPoolForm(graph: Graph): Graph {
  const made = producers(graph.nodes);
  const b = GraphBuilder.rewriting(graph);
  let found = false;
  for (const node of graph.nodes) {
    const pool = node.op === 'ScatterElements' && node.domain === '' ? poolOf(node, graph, made) : undefined;
    if (!pool) {
      b.add(node);
      continue;
    }
    found = true;
    const gradient = spreadMaxima(b, pool, node.inputs[2]!);
    b.add({ ...node, op: 'Identity', inputs: [gradient], attributes: new Map() });
  }
  return found ? withoutIdleIndices(prune(b.build())) : graph;
}

/** The pooling whose gradient a node adds up, as the operator's table builds it: with the places from MaxPool. */
function poolOf(node: Node, graph: Graph, made: ReadonlyMap<string, Node>): Pool | undefined {
  const behind = (value: string, op: string) => {
    const maker = made.get(value);
    return maker?.op === op ? maker.inputs[0]! : undefined;
  };
  const places = behind(behind(node.inputs[1]!, 'Expand') ?? '', 'Reshape');
  const pool = places === undefined ? undefined : made.get(places);
  if (pool?.op !== 'MaxPool' || pool.outputs[1] !== places) return undefined;
  const shape = graph.types.get(pool.inputs[0]!)?.shape;
  const out = graph.types.get(pool.outputs[0]!)?.shape;
  if (shape?.length !== 4 || out?.length !== 4 || ![...shape, ...out].every((dim) => typeof dim === 'number'))
    return undefined;
  const kernel = numbersAttribute(pool, 'kernel_shape') as unknown as Pool['kernel'];
  if (kernel[0] * kernel[1] > MOST_TAPS) return undefined;
  if (!['', 'NOTSET'].includes(String(pool.attributes.get('auto_pad')?.value ?? ''))) return undefined;
  return {
    image: pool.inputs[0]!,
    maximum: pool.outputs[0]!,
    shape: shape as unknown as Pool['shape'],
    size: [out[2] as number, out[3] as number],
    kernel,
    strides: numbersAttribute(pool, 'strides', [1, 1]),
    dilations: numbersAttribute(pool, 'dilations', [1, 1]),
    begin: numbersAttribute(pool, 'pads', [0, 0, 0, 0]).slice(0, 2),
  };
}

/** @param gradient [K, n · c · windows] → [K, n · c · h · w] */
function spreadMaxima(b: GraphBuilder, pool: Pool, gradient: string): string {
  const { image, maximum, shape, size, kernel, strides, dilations, begin } = pool;
  const [n, c, ...input] = shape;
  const taps = kernel[0] * kernel[1];
  const windows = size[0] * size[1];
  const sizes = (...dims: readonly number[]) => b.constant(int64(dims));
  const reshape = (value: string, ...dims: readonly number[]) => b.node('Reshape', [value, sizes(...dims)]);
  /** The area that all windows cover, from the first one, which begins before the image. */
  const covered = size.map((count, axis) => (count - 1) * strides[axis]! + (kernel[axis]! - 1) * dilations[axis]! + 1);
  const end = covered.map((length, axis) => length - begin[axis]! - input[axis]!);
  const short = end.map((rest) => Math.max(0, rest));
  const wide = [...begin, ...short].some((rest) => rest > 0);
  const pads = sizes(0, 0, begin[0]!, begin[1]!, 0, 0, short[0]!, short[1]!);
  const padded = wide ? b.node('Pad', [image, pads, b.constant(scalar(LOWEST))]) : image;
  // Channels become separate images, because graphics cards are wrong if groups have several channels each (WebGPU,
  // 1.30).
  const apart = b.constant(oneTap(kernel), 'maxPool.taps');
  const window = { kernel_shape: [...kernel], strides: [...strides], dilations: [...dilations] };
  const planes = reshape(padded, n * c, 1, ...input.map((length, axis) => length + begin[axis]! + short[axis]!));
  const elements = reshape(b.node('Conv', [planes, apart], window), n * c, taps, windows);
  const equal = b.node('Cast', [b.node('Equal', [elements, reshape(maximum, n * c, 1, windows)])], { to: FLOAT32 });
  const before = b.node('MatMul', [b.constant(earlier(taps), 'maxPool.earlier'), equal]);
  const isFirst = b.node('Cast', [b.node('Less', [before, b.constant(scalar(0.5))])], { to: FLOAT32 });
  const first = b.node('Mul', [equal, isFirst]);
  const each = b.node('Mul', [reshape(gradient, -1, n * c, 1, windows), reshape(first, 1, n * c, taps, windows)]);
  const back = b.node('ConvTranspose', [reshape(each, -1, taps, ...size), apart], {
    ...window,
    pads: [...begin, ...short],
    output_padding: end.map((rest) => Math.max(0, -rest)),
  });
  return reshape(back, -1, n * c * input[0]! * input[1]!);
}

const FLOAT32 = 1;

/** Kernels [taps, 1, …kernel] that each take one element of a window. */
function oneTap(kernel: Pool['kernel']): TensorOf<'float32'> {
  const taps = kernel[0] * kernel[1];
  const tensor = float32([taps, 1, ...kernel]);
  for (let tap = 0; tap < taps; tap++) tensor.data[tap * taps + tap] = 1;
  return tensor;
}

/** [taps, taps], 1 where a tap comes before the row's. */
function earlier(taps: number): TensorOf<'float32'> {
  const tensor = float32([taps, taps]);
  for (let row = 0; row < taps; row++) tensor.data.fill(1, row * taps, row * taps + row);
  return tensor;
}

/** Poolings without their places, if nothing reads them any more. */
function withoutIdleIndices(graph: Graph): Graph {
  const read = new Set([...graph.nodes.flatMap(readsOf), ...graph.outputs]);
  const nodes = graph.nodes.map((node) =>
    node.op === 'MaxPool' && node.outputs[1] !== undefined && !read.has(node.outputs[1])
      ? { ...node, outputs: node.outputs.slice(0, 1) }
      : node,
  );
  return { ...graph, nodes };
}
