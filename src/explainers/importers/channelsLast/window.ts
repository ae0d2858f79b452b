import type { AttributeInit } from '../../graph/attributes.ts';
import type { Size } from './value.ts';

/** The padding of an image: by TensorFlow's rules, or pixels before and after height and width. */
export type Padding = 'same' | 'valid' | readonly [readonly [number, number], readonly [number, number]];

/** A window that slides over height and width. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
}

/** Pixels before and after an axis; null: they depend on its size, which is unknown. */
function padOf(
  size: Size,
  axis: 0 | 1,
  { kernel, strides, dilations, padding }: Window,
): readonly [number, number] | null {
  if (padding === 'valid') return [0, 0];
  if (padding !== 'same') return padding[axis];
  const reach = (kernel[axis] - 1) * dilations[axis] + 1;
  const stride = strides[axis];
  if (size === null && stride !== 1) return null;
  const rest = size === null || size % stride === 0 ? stride : size % stride;
  const total = Math.max(reach - rest, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** The size of an axis once the window has slid over it. */
function slidTo(size: Size, axis: 0 | 1, window: Window): Size {
  if (size === null) return null;
  if (window.padding === 'same') return Math.ceil(size / window.strides[axis]);
  const [before, after] = padOf(size, axis, window)!;
  const reach = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
  return Math.floor((size + before + after - reach) / window.strides[axis]) + 1;
}

/** A node's attributes for the window, and the height and width after it. */
export function slide(
  [height, width]: readonly [Size, Size],
  window: Window,
): { readonly attributes: AttributeInit; readonly size: readonly [Size, Size] } {
  const pads = [padOf(height, 0, window), padOf(width, 1, window)] as const;
  const { kernel, strides, dilations } = window;
  const padding: AttributeInit =
    pads[0] && pads[1] ? { pads: [pads[0][0], pads[1][0], pads[0][1], pads[1][1]] } : { auto_pad: 'SAME_UPPER' };
  return {
    attributes: {
      kernel_shape: kernel,
      strides,
      ...(dilations.some((dilation) => dilation !== 1) && { dilations }),
      ...padding,
    },
    size: [slidTo(height, 0, window), slidTo(width, 1, window)],
  };
}
