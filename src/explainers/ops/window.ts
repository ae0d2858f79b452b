import { numberAttribute, numbersAttribute, stringAttribute } from '../graph/attributes.ts';
import type { Node } from '../graph/graph.ts';

/** How a kernel slides over the spatial axes of its input; all arrays have one number per spatial axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before and after. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** The length that a dilated kernel covers, including its holes. */
export const extent = (kernel: number, dilation: number) => dilation * (kernel - 1) + 1;

/**
 * The window of a convolution or pooling node over an input of spatial size `input`: attributes with their defaults,
 * `auto_pad` as numbers, `ceil_mode` in the output size (a last window must begin inside the input or its first
 * padding).
 */
export function windowOf(node: Node, input: readonly number[], kernel: readonly number[]): Window {
  const ones = input.map(() => 1);
  const strides = numbersAttribute(node, 'strides', ones);
  const dilations = numbersAttribute(node, 'dilations', ones);
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET');
  const ceil = numberAttribute(node, 'ceil_mode', 0) === 1;
  const pads = numbersAttribute(node, 'pads', [...ones, ...ones].fill(0));
  const axes = input.map((size, axis) => {
    const stride = strides[axis]!;
    const reach = extent(kernel[axis]!, dilations[axis]!);
    if (autoPad.startsWith('SAME')) {
      const output = Math.ceil(size / stride);
      const total = Math.max(0, (output - 1) * stride + reach - size);
      const small = Math.floor(total / 2);
      const begin = autoPad === 'SAME_LOWER' ? total - small : small;
      return { begin, end: total - begin, output };
    }
    const begin = autoPad === 'VALID' ? 0 : pads[axis]!;
    const end = autoPad === 'VALID' ? 0 : pads[axis + input.length]!;
    const steps = (size + begin + end - reach) / stride;
    let output = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    if (ceil && (output - 1) * stride >= size + begin) output--;
    return { begin, end, output };
  });
  return {
    kernel,
    strides,
    dilations,
    input,
    begin: axes.map((axis) => axis.begin),
    end: axes.map((axis) => axis.end),
    output: axes.map((axis) => axis.output),
  };
}

/**
 * Per axis, the part of the padded input that no window reaches (negative: how far the last window of `ceil_mode`
 * reaches beyond).
 */
export function leftover(w: Window): readonly number[] {
  return w.input.map(
    (size, axis) =>
      size +
      w.begin[axis]! +
      w.end[axis]! -
      ((w.output[axis]! - 1) * w.strides[axis]! + extent(w.kernel[axis]!, w.dilations[axis]!)),
  );
}

/**
 * The pads of the convolution that turns gradients back at stride 1: `dilation·(kernel − 1) − pad`, begins then ends.
 * Negative ones crop.
 */
export function transposedPads(w: Window): readonly number[] {
  const pads = (of: readonly number[]) => of.map((pad, axis) => extent(w.kernel[axis]!, w.dilations[axis]!) - 1 - pad);
  return [...pads(w.begin), ...pads(w.end)];
}
