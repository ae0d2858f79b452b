import { numberAttribute, numbersAttribute, stringAttribute } from '../../graph/attributes.ts';
import type { Dim, ValueType } from '../../graph/graph.ts';
import { Emit } from '../emit.ts';
import { defineOps, type InferContext, type VjpContext } from '../op.ts';
import { unknownDim } from '../types.ts';
import { leftover, transposedPads, type Window, windowOf } from '../window.ts';
import { checkChannels, checkOutput, checkWindow } from '../windowCheck.ts';
import { ofBias, ofKernel, ofTransposedKernel, type Sliding } from './kernelGradient.ts';

function inferConv(c: InferContext): readonly ValueType[] {
  const [x, w] = c.types;
  if (!x?.shape || !w?.shape) return [{ dtype: x?.dtype ?? 'float32', shape: null }];
  const kernel = w.shape.slice(2).map(Number);
  checkWindow(c, x.shape, kernel, 'any');
  checkChannels(c, x.shape[1], Number(w.shape[1]) * numberAttribute(c.node, 'group', 1), w.shape[0]!);
  const spatial = x.shape.slice(2).map((size, axis): Dim => {
    if (typeof size === 'string') return unknownDim(c, axis + 2);
    return windowOf(c.node, spatialNumbers(x.shape!), kernel).output[axis]!;
  });
  checkOutput(c, spatial);
  return [{ dtype: x.dtype, shape: [x.shape[0]!, w.shape[0]!, ...spatial] }];
}

/** Spatial sizes with 1 for an unknown one. Each axis is computed on its own, so this does not affect the others. */
const spatialNumbers = (shape: readonly Dim[]) => shape.slice(2).map((dim) => (typeof dim === 'number' ? dim : 1));

function inferConvTranspose(c: InferContext): readonly ValueType[] {
  const [x, w] = c.types;
  if (!x?.shape || !w?.shape) return [{ dtype: x?.dtype ?? 'float32', shape: null }];
  const rank = x.shape.length - 2;
  checkWindow(c, x.shape, w.shape.slice(2).map(Number), 'any');
  checkChannels(c, x.shape[1], Number(w.shape[0]), Number(w.shape[0]));
  const many = (name: string, value: number) => numbersAttribute(c.node, name, Array(rank).fill(value));
  const fixed = numbersAttribute(c.node, 'output_shape', []);
  const [strides, dilations, extra] = [many('strides', 1), many('dilations', 1), many('output_padding', 0)];
  const pads = numbersAttribute(c.node, 'pads', Array(2 * rank).fill(0));
  const same = stringAttribute(c.node, 'auto_pad', 'NOTSET').startsWith('SAME');
  const spatial = x.shape.slice(2).map((size, axis): Dim => {
    if (fixed.length > 0) return fixed[axis + fixed.length - rank]!;
    if (typeof size === 'string') return unknownDim(c, axis + 2);
    if (same) return size * strides[axis]!;
    const reach = dilations[axis]! * (Number(w.shape![axis + 2]) - 1) + 1;
    return strides[axis]! * (size - 1) + extra[axis]! + reach - pads[axis]! - pads[axis + rank]!;
  });
  checkOutput(c, spatial);
  const channels = Number(w.shape[1]) * numberAttribute(c.node, 'group', 1);
  return [{ dtype: x.dtype, shape: [x.shape[0]!, channels, ...spatial] }];
}

/**
 * The kernel [M, C/g, …] of a convolution as the kernel [C, M/g, …] of the one that propagates gradients back: in and
 * out swapped within each group, taps in reverse order. It is computed in the graph, where the runtime reverses a
 * constant kernel once; a copy of all weights made here would stay in memory next to the runtime's own.
 */
function turnedKernel(e: Emit, kernel: string, shape: readonly number[], group: number): string {
  const [m, c, ...taps] = shape as [number, number, ...number[]];
  const axes = taps.map((_, axis) => axis + 2);
  const swapped =
    group === 1
      ? e.transpose(kernel, [1, 0, ...axes])
      : e.reshape(
          e.transpose(e.reshape(kernel, [group, m / group, c, ...taps]), [0, 2, 1, ...axes.map((axis) => axis + 1)]),
          [group * c, m / group, ...taps],
        );
  const long = axes.filter((axis) => shape[axis]! > 1);
  if (long.length === 0) return swapped;
  const back = e.ints(long.map(() => -1));
  return e.op('Slice', [swapped, back, e.ints(long.map(() => -Number.MAX_SAFE_INTEGER)), e.ints(long), back]);
}

function convVjp(c: VjpContext) {
  const [x, kernel] = c.x as [string, string];
  const e = new Emit(c.b, c.type(x).dtype);
  const [shape, weights, output] = [c.shape(x), c.shape(kernel), c.shape(c.y[0]!)];
  const w = windowOf(c.node, shape.slice(2), weights.slice(2));
  const group = numberAttribute(c.node, 'group', 1);
  const g = e.merge(c.g[0]!, output);
  const outer = { name: g, shape: output };
  return [
    c.needs(0) ? e.split(convDataVjp(e, g, kernel, weights, w, group), shape) : null,
    c.needs(1) ? ofKernel(e, croppedValue(e, x, shape, w), outer, slidingOf(w, group)) : null,
    c.needs(2) ? ofBias(e, outer) : null,
  ];
}

/** How the kernel slides; negative pads are already cut off. */
const slidingOf = (w: Window, group: number): Sliding => ({
  strides: w.strides,
  dilations: w.dilations,
  pads: [...w.begin, ...w.end].map((pad) => Math.max(0, pad)),
  group,
  taps: w.kernel,
});

/** A value without the part that negative pads remove, and its shape. */
function croppedValue(e: Emit, name: string, shape: readonly number[], { begin, end }: Window) {
  const pads = [...begin, ...end];
  const sizes = shape.map((size, i) => (i < 2 ? size : size + cutBy(pads, i - 2)));
  return { name: cropped(e, name, pads), shape: sizes };
}

/** What negative pads remove of a spatial axis, as a negative number. */
const cutBy = (pads: readonly number[], axis: number) =>
  Math.min(0, pads[axis]!) + Math.min(0, pads[axis + pads.length / 2]!);

function convDataVjp(e: Emit, g: string, kernel: string, weights: readonly number[], w: Window, group: number) {
  if (w.strides.some((stride) => stride !== 1)) return transposed(e, g, kernel, w, group);
  const turned = turnedKernel(e, kernel, weights, group);
  const pads = transposedPads(w);
  const attributes = {
    dilations: w.dilations,
    pads: pads.map((pad) => Math.max(0, pad)),
    group,
    kernel_shape: w.kernel,
  };
  return e.op('Conv', [cropped(e, g, pads), turned], attributes);
}

/** `g` without the part that negative pads remove. */
function cropped(e: Emit, g: string, pads: readonly number[]): string {
  if (pads.every((pad) => pad >= 0)) return g;
  const rank = pads.length / 2;
  const axes = Array.from({ length: rank }, (_, axis) => axis + 2);
  const starts = pads.slice(0, rank).map((pad) => Math.max(0, -pad));
  const ends = pads.slice(rank).map((pad) => (pad < 0 ? pad : Number.MAX_SAFE_INTEGER));
  return e.slice(g, axes, starts, ends);
}

/**
 * The gradient of a strided convolution: the remainder that the floor in its output size dropped comes back as
 * `output_padding`.
 */
function transposed(e: Emit, g: string, kernel: string, w: Window, group: number): string {
  return e.op('ConvTranspose', [g, kernel], {
    strides: w.strides,
    dilations: w.dilations,
    pads: [...w.begin, ...w.end],
    output_padding: leftover(w),
    kernel_shape: w.kernel,
    group,
  });
}

function convTransposeVjp(c: VjpContext) {
  const [x, kernel] = c.x as [string, string];
  const e = new Emit(c.b, c.type(x).dtype);
  const [shape, output, taps] = [c.shape(x), c.shape(c.y[0]!), c.shape(kernel).slice(2)];
  const ones = taps.map(() => 1);
  const strides = numbersAttribute(c.node, 'strides', ones);
  const dilations = numbersAttribute(c.node, 'dilations', ones);
  const padding = convTransposePads(c, output.slice(2), shape.slice(2), taps);
  const g = e.merge(c.g[0]!, output);
  const group = numberAttribute(c.node, 'group', 1);
  const attributes = { strides, dilations, kernel_shape: taps, group };
  const pads = padding.map((pad) => Math.max(0, pad));
  const slid = cropped(e, g, padding);
  const sizes = output.map((size, i) => (i < 2 ? size : size + cutBy(padding, i - 2)));
  const sliding = { strides, dilations, pads, group, taps };
  return [
    c.needs(0) ? e.split(e.op('Conv', [slid, kernel], { ...attributes, pads }), shape) : null,
    c.needs(1) ? ofTransposedKernel(e, { name: x, shape }, { name: slid, shape: sizes }, sliding) : null,
    c.needs(2) ? ofBias(e, { name: g, shape: output }) : null,
  ];
}

/** The pads of a transposed convolution, including those that `output_shape` and `auto_pad` imply. */
function convTransposePads(
  c: VjpContext,
  output: readonly number[],
  input: readonly number[],
  taps: readonly number[],
) {
  const rank = taps.length;
  const autoPad = stringAttribute(c.node, 'auto_pad', 'NOTSET');
  const fixed = numbersAttribute(c.node, 'output_shape', []);
  if (fixed.length === 0 && !autoPad.startsWith('SAME')) {
    return numbersAttribute(c.node, 'pads', Array(2 * rank).fill(0));
  }
  const many = (name: string, value: number) => numbersAttribute(c.node, name, Array(rank).fill(value));
  const [strides, dilations, extra] = [many('strides', 1), many('dilations', 1), many('output_padding', 0)];
  const totals = output.map((size, axis) => {
    const full = strides[axis]! * (input[axis]! - 1) + extra[axis]! + dilations[axis]! * (taps[axis]! - 1) + 1;
    return Math.max(0, full - size);
  });
  const begins = totals.map((total) => (autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)));
  return [...begins, ...totals.map((total, axis) => total - begins[axis]!)];
}

/** Convolutions of any rank, group, stride, dilation and padding. */
export const convOps = defineOps([
  {
    op: 'Conv',
    role: 'linear',
    infer: inferConv,
    vjp: convVjp,
    linear: { data: 0, weight: 1, bias: 2, convolution: true },
  },
  {
    op: 'ConvTranspose',
    role: 'linear',
    infer: inferConvTranspose,
    vjp: convTransposeVjp,
    linear: { data: 0, weight: 1, bias: 2, convolution: true },
  },
]);
