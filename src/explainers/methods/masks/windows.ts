import type { GraphBuilder } from '../../graph/build.ts';
import { MASKS, type MaskPlace, type MaskShape } from '../../perturbation/maskedGraph.ts';
import { float32, int64 } from '../../tensor/tensor.ts';

/** A rectangle of pixels: rows top … bottom − 1, columns left … right − 1. */
export type Window = readonly [top: number, left: number, bottom: number, right: number];

/** Hides one rectangle per image: `masks` [B, 4], a {@link Window} each; an empty one hides nothing. */
export const WINDOW_MASKS: MaskShape = {
  key: 'windows',
  masked: (b, place) =>
    b.node('Where', [inWindow(b, masksInput(b, place), place), place.fill, place.image], {}, 'masked'),
};

/** Hides all but one rectangle per image: `masks` [B, 4], a {@link Window} each. */
export const ALONE_MASKS: MaskShape = {
  key: 'windows alone',
  masked: (b, place) =>
    b.node('Where', [inWindow(b, masksInput(b, place), place), place.image, place.fill], {}, 'masked'),
};

const masksInput = (b: GraphBuilder, { batch }: MaskPlace) => b.input(MASKS, { dtype: 'float32', shape: [batch, 4] });

/** Whether each pixel is in its image's window: [B, 1, H, W], or [B, H, W, 1]. `masks`: a {@link Window} each. */
export function inWindow(
  b: GraphBuilder,
  masks: string,
  { batch, size: [height, width], channelAxis }: Pick<MaskPlace, 'batch' | 'size' | 'channelAxis'>,
): string {
  const [top, left, bottom, right] = [0, 1, 2, 3].map((i) => {
    const side = b.node('Gather', [masks, b.constant(int64([i]))], { axis: 1 });
    return b.node('Reshape', [side, b.constant(int64([batch, 1, 1, 1]))]);
  }) as [string, string, string, string];
  const line = (length: number, shape: readonly number[]) => b.constant(float32(shape, Array.from({ length }, (_, i) => i))); // biome-ignore format: one line
  const rows = line(height, channelAxis === 1 ? [1, 1, height, 1] : [1, height, 1, 1]);
  const columns = line(width, channelAxis === 1 ? [1, 1, 1, width] : [1, 1, width, 1]);
  const within = (places: string, from: string, to: string) =>
    b.node('And', [b.node('GreaterOrEqual', [places, from]), b.node('Less', [places, to])]);
  return b.node('And', [within(rows, top, bottom), within(columns, left, right)]);
}

/**
 * Windows every `stride` pixels that cover an image, the last ones cut off by its border (as in captum), coarse ones
 * first, so that any part of them that is run is spread over the image.
 */
export function windowsOver(height: number, width: number, window: number, stride: number): readonly Window[] {
  const starts = (length: number) =>
    Array.from({ length: Math.ceil(Math.max(0, length - window) / stride) + 1 }, (_, i) => i * stride);
  const all = starts(height).flatMap((top, r) => starts(width).map((left, c) => ({ top, left, level: Math.min(level(r), level(c)) }))); // biome-ignore format: one line
  return all
    .sort((a, b) => b.level - a.level)
    .map(({ top, left }) => [top, left, Math.min(height, top + window), Math.min(width, left + window)]);
}

/** How often a position can be halved. */
const level = (i: number): number => (i === 0 ? 31 : Math.log2(i & -i));
