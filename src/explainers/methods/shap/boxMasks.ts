import type { Pixels } from '../../perturbation/fill.ts';
import { MASKS, type MaskShape } from '../../perturbation/maskedGraph.ts';
import { float32, int64 } from '../../tensor/tensor.ts';
import type { Kept } from './owen.ts';

/** Numbers per box: top, bottom, left, right, first and last channel. */
const SIDES = 6;

/**
 * The largest number of boxes in a mask of halved boxes: one for each time that the picture can be halved, plus one.
 */
export function mostBoxes({ height, width, channels }: Pick<Pixels, 'height' | 'width' | 'channels'>): number {
  const halvings = (length: number) => Math.ceil(Math.log2(length));
  return halvings(height) + halvings(width) + halvings(channels) + 1;
}

/** A mask as a row for {@link boxMasks}; unused boxes are empty. */
export function boxRow(kept: Kept | null, most: number): Float32Array {
  const row = new Float32Array(most * SIDES);
  for (let link = kept, at = 0; link; link = link.before, at += SIDES) row.set(link.box, at);
  return row;
}

/**
 * Keeps non-overlapping boxes of a picture's elements and hides the rest: `masks` [B, most · 6]. The number of boxes
 * around an element is a sum of products of its row, its column and its channel, that is, a product of matrices.
 */
export const boxMasks = (most: number): MaskShape => ({
  key: `boxes ${most}`,
  masked(b, { batch, size: [height, width], channelAxis, shape, image, fill }) {
    const channels = shape[channelAxis]!;
    const masks = b.input(MASKS, { dtype: 'float32', shape: [batch, most * SIDES] });
    const boxes = b.node('Reshape', [masks, b.constant(int64([batch, 1, most, SIDES]))]);
    const side = (i: number) => b.node('Gather', [boxes, b.constant(int64([i]))], { axis: 3 });
    /** [B, 1, most, length]: 1 where a place of an axis is in a box. */
    const within = (length: number, from: number) => {
      const places = b.constant(
        float32(
          [length],
          Array.from({ length }, (_, i) => i),
        ),
      );
      const begun = b.node('GreaterOrEqual', [places, side(from)]);
      const inside = b.node('And', [begun, b.node('Less', [places, side(from + 1)])]);
      return b.node('Cast', [inside], { to: 1 });
    };
    const rows = b.node('Transpose', [within(height, 0)], { perm: [0, 1, 3, 2] });
    const planes = b.node('Transpose', [within(channels, 4)], { perm: [0, 3, 1, 2] });
    const counts = b.node('MatMul', [b.node('Mul', [rows, planes]), within(width, 2)], {}, 'boxes');
    const kept = b.node('Greater', [counts, b.constant(float32([], [0.5]))]);
    const keep = channelAxis === 1 ? kept : b.node('Transpose', [kept], { perm: [0, 2, 3, 1] });
    return b.node('Where', [keep, image, fill], {}, 'masked');
  },
});
