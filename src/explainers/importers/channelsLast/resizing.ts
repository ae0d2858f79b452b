import { float32 } from '../../tensor/tensor.ts';
import type { Draft } from './draft.ts';
import type { Value } from './value.ts';

/** Repeats each pixel, or interpolates between neighbours, by whole factors. */
export function enlarged(d: Draft, x: Value, by: readonly [number, number], mode: 'nearest' | 'linear'): Value {
  const [batch, height, width, channels] = x.shape;
  const scales = d.constant(float32([4], [1, 1, ...by]), 'scales');
  const name = d.node('Resize', [d.channelsFirst(x), '', scales], {
    mode,
    coordinate_transformation_mode: mode === 'nearest' ? 'asymmetric' : 'half_pixel',
    nearest_mode: 'floor',
  });
  const grown = [height, width].map((size, axis) => (size == null ? null : Math.floor(size * by[axis]!)));
  return { name, shape: [batch!, ...grown, channels!], order: 'channelsFirst' };
}

/** Resizes an image. */
export function resized(
  d: Draft,
  x: Value,
  size: readonly [number, number],
  {
    mode,
    halfPixel,
    corners,
  }: { readonly mode: 'nearest' | 'linear'; readonly halfPixel: boolean; readonly corners: boolean },
): Value {
  const [batch, , , channels] = x.shape;
  const sizes = d.node('Concat', [imageHead(d, x), d.ints(size, 'size')], { axis: 0 });
  const name = d.node('Resize', [d.channelsFirst(x), '', '', sizes], {
    mode,
    coordinate_transformation_mode: corners ? 'align_corners' : halfPixel ? 'half_pixel' : 'asymmetric',
    nearest_mode: halfPixel ? 'round_prefer_ceil' : 'floor',
  });
  return { name, shape: [batch!, ...size, channels!], order: 'channelsFirst' };
}

/** Batch and channels of an image during the run. */
function imageHead(d: Draft, x: Value): string {
  return d.node('Slice', [d.node('Shape', [d.channelsFirst(x)]), d.ints([0], 'begin'), d.ints([2], 'end')]);
}
