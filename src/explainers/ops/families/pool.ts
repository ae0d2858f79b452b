import { ExplainError } from '../../errors.ts';
import { numberAttribute, numbersAttribute } from '../../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../../graph/graph.ts';
import { mapped } from '../../lists.ts';
import { float32, sizeOf, type Tensor } from '../../tensor/tensor.ts';
import { checkAxisMatrix } from '../axisMatrix.ts';
import { Emit } from '../emit.ts';
import { defineOps, type InferContext, type VjpContext } from '../op.ts';
import { ofFirst, ofPool } from '../range.ts';
import { unknownDim } from '../types.ts';
import { extent, leftover, transposedPads, type Window, windowOf } from '../window.ts';
import { checkOutput, checkWindow } from '../windowCheck.ts';

function inferPool(c: InferContext): readonly ValueType[] {
  const x = c.types[0];
  const dtype = x?.dtype ?? 'float32';
  const kernel = numbersAttribute(c.node, 'kernel_shape');
  if (x?.shape) checkWindow(c, x.shape, kernel, 'kernel');
  const sizes = x?.shape?.slice(2).map((dim) => (typeof dim === 'number' ? dim : 1));
  const spatial = sizes && windowOf(c.node, sizes, kernel).output;
  const shape: readonly Dim[] | null =
    x?.shape?.map((dim, axis) =>
      axis < 2 ? dim : typeof dim === 'string' ? unknownDim(c, axis) : spatial![axis - 2]!,
    ) ?? null;
  if (shape) checkOutput(c, shape.slice(2));
  return [
    { dtype, shape },
    { dtype: 'int64' as const, shape },
  ].slice(0, c.node.outputs.length);
}

function inferGlobal(c: InferContext): readonly ValueType[] {
  const x = c.types[0];
  return [{ dtype: x?.dtype ?? 'float32', shape: x?.shape?.map((dim, axis) => (axis < 2 ? dim : 1)) ?? null }];
}

const emitter = (c: VjpContext) => new Emit(c.b, c.type(c.x[0]!).dtype);
const windowOfPool = (c: VjpContext) =>
  windowOf(c.node, c.shape(c.x[0]!).slice(2), numbersAttribute(c.node, 'kernel_shape'));

/**
 * Adds each window's gradient to the element that was its maximum. Windows may overlap, so several may add to one
 * element; among equal elements, the engine's `Indices` name the first.
 */
function maxPoolVjp(c: VjpContext) {
  if (numberAttribute(c.node, 'storage_order', 0) !== 0) {
    throw new ExplainError({
      kind: 'unsupported',
      message: 'The gradient of a MaxPool with column-major indices (storage_order 1) is not supported.',
      subject: `node '${c.node.name}'`,
      next: 'Export the model again with storage_order 0, or use a method that needs no gradient.',
    });
  }
  const e = emitter(c);
  const [shape, windows] = [c.shape(c.x[0]!), sizeOf(c.shape(c.y[0]!))];
  const g = e.reshape(c.g[0]!, [-1, windows]);
  const seeds = e.op('Shape', [g], { start: 0, end: 1 });
  const indices = e.op('Expand', [e.reshape(c.output(1), [1, windows]), e.op('Shape', [g])]);
  const zeros = e.op('Expand', [0, e.b.node('Concat', [seeds, e.ints([sizeOf(shape)])], { axis: 0 })]);
  return [e.split(e.op('ScatterElements', [zeros, indices, g], { axis: 1, reduction: 'add' }), shape)];
}

/** How many elements each window averages, in the input or also in its padding. */
function counts(w: Window, includePad: boolean): { readonly shape: readonly number[]; readonly data: Float64Array } {
  const perAxis = w.output.map((length, axis) => {
    const [low, high] = includePad ? [-w.begin[axis]!, w.input[axis]! + w.end[axis]!] : [0, w.input[axis]!];
    return Array.from({ length }, (_, o) => {
      const start = o * w.strides[axis]! - w.begin[axis]!;
      const first = Math.max(0, Math.ceil((low - start) / w.dilations[axis]!));
      return Math.max(0, Math.min(w.kernel[axis]!, Math.ceil((high - start) / w.dilations[axis]!)) - first);
    });
  });
  const data = new Float64Array(sizeOf(w.output));
  for (let i = 0; i < data.length; i++) {
    let [rest, product] = [i, 1];
    for (let axis = perAxis.length - 1; axis >= 0; axis--) {
      product *= perAxis[axis]![rest % w.output[axis]!]!;
      rest = Math.floor(rest / w.output[axis]!);
    }
    data[i] = product;
  }
  return { shape: w.output, data };
}

/**
 * The transpose of summing over windows: every window's value is spread over the elements it covers. g [K, N, C,
 * output] → [K, N, C, input].
 */
function spread(node: Node, e: Emit, g: string, w: Window, shape: readonly number[]): string {
  if (w.input.some((size, axis) => extent(w.kernel[axis]!, w.dilations[axis]!) > size))
    return clipped(node, e, g, w, shape);
  const dense = w.dilations.every((dilation) => dilation === 1);
  const unpadded = [...w.begin, ...w.end].every((pad) => pad === 0);
  if (dense && unpadded && w.strides.every((stride, axis) => stride === w.kernel[axis])) return tiled(e, g, w, shape);
  const merged = e.reshape(g, [-1, 1, ...w.output]);
  if (dense && w.strides.every((stride) => stride === 1)) {
    const attributes = { kernel_shape: w.kernel, pads: transposedPads(w), count_include_pad: 1 };
    return e.split(e.mul(e.op('AveragePool', [merged], attributes), sizeOf(w.kernel)), shape);
  }
  const rest = leftover(w);
  const kernel = e.op('Expand', [1, e.ints([1, 1, ...w.kernel])]);
  const attributes = {
    strides: w.strides,
    dilations: w.dilations,
    pads: [...w.begin, ...w.end.map((pad, axis) => pad + Math.max(0, -rest[axis]!))],
    output_padding: rest.map((size) => Math.max(0, size)),
    kernel_shape: w.kernel,
  };
  return e.split(e.op('ConvTranspose', [merged, kernel], attributes), shape);
}

/**
 * Windows that reach beyond the whole input, like AvgPool2d(640) on 4 × 4 pixels. To avoid tensors of the kernel's
 * size, each axis is multiplied by a matrix [output, input] that says how often (0 or 1) an output's window covers an
 * input.
 */
function clipped(node: Node, e: Emit, g: string, w: Window, shape: readonly number[]): string {
  const rank = w.input.length;
  let spread = e.reshape(g, [-1, ...w.output]);
  // The last axis is spread and becomes the first spatial axis; after all of them the original order is restored.
  const turn = [0, rank, ...Array.from({ length: rank - 1 }, (_, axis) => axis + 1)];
  for (let axis = rank - 1; axis >= 0; axis--) {
    checkAxisMatrix(node, w.output[axis]!, w.input[axis]!);
    const product = e.matmul(spread, e.constantOf([w.output[axis]!, w.input[axis]!], coverage(w, axis)));
    spread = rank === 1 ? product : e.transpose(product, turn);
  }
  return e.split(spread, shape);
}

/** [output, input]: 1 where the window of an output has a tap on an input. */
function coverage(w: Window, axis: number): Float32Array {
  const [inputs, dilation] = [w.input[axis]!, w.dilations[axis]!];
  const covers = new Float32Array(w.output[axis]! * inputs);
  for (let o = 0; o < w.output[axis]!; o++) {
    const start = o * w.strides[axis]! - w.begin[axis]!;
    const first = Math.max(0, Math.ceil(-start / dilation));
    for (let tap = first; tap < w.kernel[axis]! && start + tap * dilation < inputs; tap++)
      covers[o * inputs + start + tap * dilation] = 1;
  }
  return covers;
}

/**
 * Adjacent windows: each value is repeated; elements without a window get 0, and the part outside the input is cropped.
 */
function tiled(e: Emit, g: string, w: Window, shape: readonly number[]): string {
  const scales = e.b.constant(float32([w.kernel.length + 2], [1, 1, ...w.kernel]));
  const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  let spread = e.op('Resize', [e.reshape(g, [-1, 1, ...w.output]), '', scales], nearest);
  const missing = leftover(w);
  if (missing.some((size) => size > 0)) {
    const none = [0, 0, ...w.input.map(() => 0)];
    spread = e.pad(spread, [...none, 0, 0, ...missing.map((size) => Math.max(0, size))]);
  }
  if (missing.some((size) => size < 0)) {
    const axes = w.input.map((_, axis) => axis + 2);
    const starts = axes.map(() => 0);
    spread = e.slice(spread, axes, starts, w.input);
  }
  return e.split(spread, shape);
}

function averagePoolVjp(c: VjpContext) {
  const e = emitter(c);
  const w = windowOfPool(c);
  const { shape, data } = counts(w, numberAttribute(c.node, 'count_include_pad', 0) === 1);
  const same = data.every((count) => count === data[0]);
  const inverse: Tensor = { dtype: 'float32', shape, data: mapped(Float32Array, data, (count) => 1 / count) };
  const scale = same ? 1 / data[0]! : e.dtype === 'float32' ? e.b.constant(inverse) : e.toFloat(e.b.constant(inverse));
  return [spread(c.node, e, e.mul(c.g[0]!, scale), w, c.shape(c.x[0]!))];
}

function globalAveragePoolVjp(c: VjpContext) {
  const e = emitter(c);
  const shape = c.shape(c.x[0]!);
  return [e.expand(e.mul(c.g[0]!, 1 / sizeOf(shape.slice(2))), [1, ...shape])];
}

/** Equal maxima share the gradient. */
function globalMaxPoolVjp(c: VjpContext) {
  const e = emitter(c);
  const [x, y] = [c.x[0]!, c.y[0]!];
  const mask = e.equal(x, y);
  const axes = c
    .shape(x)
    .slice(2)
    .map((_, axis) => axis + 2);
  return [e.mul(c.g[0]!, e.div(mask, e.sum(mask, axes)))];
}

/** For y = (Σ|x|^p)^(1/p): sign(x)·|x|^(p−1) times the spread of g·y^(1−p), which is 0 where y is 0. */
function lpVjp(c: VjpContext, back: (e: Emit, g: string) => string) {
  const e = emitter(c);
  const [x, y, p] = [c.x[0]!, c.y[0]!, numberAttribute(c.node, 'p', 2)];
  const slope = e.where(e.op('Greater', [y, 0]), e.pow(y, 1 - p), 0);
  return [e.mul(back(e, e.mul(c.g[0]!, slope)), e.mul(e.sign(x), e.pow(e.op('Abs', [x]), p - 1)))];
}

/** Means and maxima over windows of the spatial axes. */
export const poolOps = defineOps([
  {
    op: 'MaxPool',
    role: 'pool',
    sign: 'kept',
    infer: inferPool,
    vjp: maxPoolVjp,
    range: ofFirst,
    // Indices of the picked elements are not elements.
    hands: ({ outputs }) => (outputs[1] ? [] : [0]),
  },
  {
    op: 'AveragePool',
    role: 'pool',
    additive: true,
    sign: 'kept',
    infer: inferPool,
    vjp: averagePoolVjp,
    range: ofPool,
  },
  {
    op: 'LpPool',
    role: 'pool',
    infer: inferPool,
    vjp: (c) => lpVjp(c, (e, g) => spread(c.node, e, g, windowOfPool(c), c.shape(c.x[0]!))),
  },
  {
    op: 'GlobalAveragePool',
    role: 'pool',
    additive: true,
    sign: 'kept',
    infer: inferGlobal,
    vjp: globalAveragePoolVjp,
    range: ofFirst,
  },
  { op: 'GlobalMaxPool', role: 'pool', sign: 'kept', infer: inferGlobal, vjp: globalMaxPoolVjp, range: ofFirst },
  { op: 'GlobalLpPool', role: 'pool', infer: inferGlobal, vjp: (c) => lpVjp(c, (_, g) => g) },
]);
