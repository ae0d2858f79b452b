import { type InputScaling, segmentInput } from '../images/superpixels/inputPicture.ts';
import { type RgbImage, segment } from '../images/superpixels/segment.ts';
import type { Segments } from '../images/superpixels/segments.ts';
import { parseSegments } from '../images/superpixels/spec.ts';
import type { ExplainContext, ExplanationMap } from '../method/method.ts';
import { float32, type Tensor, type TensorOf } from '../tensor/tensor.ts';
import { pixelsOf } from './fill.ts';
import { SEGMENTS } from './maskedGraph.ts';

/** The image segmented into superpixels: by the session, which keeps them, or here. */
export async function superpixelsOf(context: ExplainContext, text: string): Promise<Segments> {
  return context.segments ? context.segments(text) : segment(parseSegments(text), pictureOf(context));
}

/** The picture that the model sees, in pixel values. */
export const pictureOf = (context: ExplainContext): RgbImage => segmentInput(context.input, scalingOf(context));

/** How pixels became the input, derived from the values of black and white. */
function scalingOf({ pixelRange: { low, high }, model, channels }: ExplainContext): InputScaling {
  return {
    channels: channels ?? (low.length === 1 ? 'gray' : 'rgb'),
    layout: model.layout,
    scale: 255,
    std: low.map((value, c) => 1 / (high[c]! - value)),
    mean: low.map((value, c) => -value / (high[c]! - value)),
  };
}

/** The segment map as an input of the masked graph. */
export function segmentFeeds({ labels, size }: Segments): ReadonlyMap<string, Tensor> {
  return new Map([[SEGMENTS, { dtype: 'int32', shape: size, data: labels }]]);
}

/** A map that gives every pixel its superpixel's value. */
export function superpixelMap(
  segments: Segments,
  values: ArrayLike<number>,
  top: number,
  rest: Pick<ExplanationMap, 'target' | 'notes' | 'figures'>,
): ExplanationMap {
  const own = Float32Array.from(values);
  const data = new Float32Array(segments.labels.length);
  for (let i = 0; i < data.length; i++) data[i] = own[segments.labels[i]!]!;
  const best = [...own.keys()]
    .filter((s) => own[s]! > 0)
    .sort((a, b) => own[b]! - own[a]!)
    .slice(0, top);
  return {
    ...rest,
    values: float32(segments.size, data),
    superpixels: { labels: segments.labels, values: own, top: best },
  };
}

/** Mask rows of bytes as the numbers that a graph takes. */
export const maskRows = (rows: Uint8Array, width: number, start: number, end: number): Float32Array =>
  Float32Array.from(rows.subarray(start * width, end * width));

/**
 * Sums over a segment's pixels and channels: of the image's squares, of its products with the fill, of the fill's
 * squares.
 */
export interface Energies {
  readonly image: ArrayLike<number>;
  readonly both: ArrayLike<number>;
  readonly fill: ArrayLike<number>;
}

/** The energies of the image and the fill per superpixel, for cosines between a masked image and the whole one. */
export function energiesOf(context: ExplainContext, segments: Segments, fill: TensorOf<'float32'>): Energies {
  const { channels, at } = pixelsOf(context);
  const { labels, count } = segments;
  const [image, both, filled] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (let c = 0; c < channels; c++) {
    for (const [i, label] of labels.entries()) {
      const [shown, hidden] = [context.input.data[at(c, i)]!, fill.data[at(c, i)]!];
      image[label]! += shown * shown;
      both[label]! += shown * hidden;
      filled[label]! += hidden * hidden;
    }
  }
  return { image, both, fill: filled };
}

/** The superpixels with at least one pixel that looks different when hidden. */
export function varyingSegments(
  context: ExplainContext,
  segments: Segments,
  fill: TensorOf<'float32'>,
): readonly number[] {
  const { channels, at } = pixelsOf(context);
  const varies = new Uint8Array(segments.count);
  for (let c = 0; c < channels; c++) {
    for (const [i, label] of segments.labels.entries()) {
      if (context.input.data[at(c, i)] !== fill.data[at(c, i)]) varies[label] = 1;
    }
  }
  return [...varies.keys()].filter((s) => varies[s] === 1);
}
