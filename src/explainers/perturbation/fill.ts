import type { ParameterSpec } from '../contracts/parameters.ts';
import { ExplainError } from '../errors.ts';
import type { Segments } from '../images/superpixels/segments.ts';
import type { ExplainContext, GraphPlace } from '../method/method.ts';
import { resampleBox } from '../numerics/blur.ts';
import { didYouMean } from '../suggest.ts';
import { table } from '../tables.ts';
import { float32, type TensorOf } from '../tensor/tensor.ts';

/** The image's planes, and how to find a pixel's channel in the model's input. */
export interface Pixels {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** The position of channel `c` of pixel `i` in the tensor. */
  at(c: number, i: number): number;
}

export function pixelsOf({ model, input }: Pick<ExplainContext, 'model' | 'input'>): Pixels {
  const [, a, b, c] = input.shape as [number, number, number, number];
  const first = model.layout === 'nchw';
  const [channels, height, width] = first ? [a, b, c] : [c, a, b];
  const size = height * width;
  return { channels, height, width, at: first ? (k, i) => k * size + i : (k, i) => i * channels + k };
}

/** The image that is filled, and the bounds of its values. */
type Filled = Pick<ExplainContext, 'model' | 'input' | 'pixelRange'>;

interface Place extends Pixels {
  readonly context: Filled;
  readonly segments: Segments | undefined;
}

/** Writes channel `c` of every pixel. */
type Filling = (place: Place, c: number, put: (i: number, value: number) => void) => void;

const everywhere =
  (value: (place: Place, c: number) => number): Filling =>
  (place, c, put) => {
    const found = value(place, c);
    for (let i = 0; i < place.height * place.width; i++) put(i, found);
  };

const channelMean = (place: Place, c: number) => {
  const size = place.height * place.width;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += place.context.input.data[place.at(c, i)]!;
  return sum / size;
};

const segmentMeans =
  (round: (place: Place, c: number, mean: number) => number): Filling =>
  (place, c, put) => {
    const { labels, count } = place.segments!;
    const [sums, counts] = [new Float64Array(count), new Float64Array(count)];
    for (const [i, label] of labels.entries()) {
      sums[label]! += place.context.input.data[place.at(c, i)]!;
      counts[label]! += 1;
    }
    const means = sums.map((sum, s) => round(place, c, sum / counts[s]!));
    for (const [i, label] of labels.entries()) put(i, means[label]!);
  };

/** A value of the model's input truncated to a whole pixel value of 0 … 255. */
function wholePixel({ context }: Place, c: number, value: number): number {
  const [low, high] = [context.pixelRange.low[c]!, context.pixelRange.high[c]!];
  return low + (Math.floor((255 * (value - low)) / (high - low) + 1e-3) / 255) * (high - low);
}

const FILLINGS = table<{
  readonly about: string;
  readonly fill: Filling;
  readonly segments?: true;
  readonly ofImage?: true;
}>({
  segmentMean: {
    about: 'each superpixel’s own mean colour',
    fill: segmentMeans((_, __, mean) => mean),
    segments: true,
    ofImage: true,
  },
  segmentMeanWhole: {
    about: 'the same, truncated to whole pixel values, as in lime on 8-bit images',
    fill: segmentMeans(wholePixel),
    segments: true,
    ofImage: true,
  },
  zero: { about: '0 after normalisation, usually the training data’s mean colour', fill: everywhere(() => 0) },
  mean: { about: 'the image’s mean colour', fill: everywhere(channelMean), ofImage: true },
  black: { about: 'pixel value 0', fill: everywhere(({ context }, c) => context.pixelRange.low[c]!) },
  white: { about: 'pixel value 255', fill: everywhere(({ context }, c) => context.pixelRange.high[c]!) },
  grey: {
    about: 'pixel value 127.5',
    fill: everywhere(({ context: { pixelRange } }, c) => (pixelRange.low[c]! + pixelRange.high[c]!) / 2),
  },
  blur: {
    about: 'the image blurred by a box of a sixteenth of its size',
    ofImage: true,
    fill: (place, c, put) => {
      const { height, width, context } = place;
      const plane = Float64Array.from({ length: height * width }, (_, i) => context.input.data[place.at(c, i)]!);
      const side = 2 * Math.round(Math.max(height, width) / 32) + 1;
      for (const [i, value] of resampleBox(plane, height, width, side, side).entries()) put(i, value);
    },
  },
});

/** The parameter that says what hidden pixels become; `segments`: there are superpixels to average. */
export function fillParameter(fallback: string, segments: boolean): Extract<ParameterSpec, { kind: 'text' }> {
  const known = Object.entries(FILLINGS).filter(([, each]) => segments || !each.segments);
  const said = known.map(([name, { about }]) => `${name} (${about})`).join(', ');
  return {
    kind: 'text',
    default: fallback,
    suggestions: known.map(([name]) => name),
    about: `What hidden pixels become: ${said}, or a number after normalisation.`,
  };
}

/**
 * The value of hidden pixels in the model's input.
 * @throws ExplainError `usage` for an unknown name
 */
export function fillOf(context: Filled, name: string, subject: string, segments?: Segments): TensorOf<'float32'> {
  const number = name.trim() === '' ? Number.NaN : Number(name);
  const known = Object.keys(FILLINGS).filter((each) => segments || !FILLINGS[each]!.segments);
  const filling = Number.isFinite(number)
    ? everywhere(() => number)
    : known.includes(name)
      ? FILLINGS[name]!.fill
      : undefined;
  if (!filling) {
    throw new ExplainError({
      kind: 'usage',
      message: `${subject} cannot be '${name}'.${didYouMean(name, known)}`,
      subject,
      next: `Choose one of: ${known.join(', ')}, or a number.`,
    });
  }
  const pixels = pixelsOf(context);
  const data = new Float32Array(context.input.data.length);
  const place: Place = { ...pixels, context, segments };
  for (let c = 0; c < pixels.channels; c++) {
    filling(place, c, (i, value) => {
      data[pixels.at(c, i)] = value;
    });
  }
  return { dtype: 'float32', shape: context.input.shape, data };
}

/**
 * The value of hidden pixels where it is the same for every image.
 * @throws ExplainError `usage` for an unknown name, `unsupported` for one that depends on the image
 */
export function constantFill({ model, pixelRange }: GraphPlace, name: string, subject: string): TensorOf<'float32'> {
  const shape = model.graph.types.get(model.input)!.shape as readonly number[];
  const fill = fillOf({ model, pixelRange, input: float32(shape) }, name, subject);
  if (!FILLINGS[name]?.ofImage) return fill;
  const constant = Object.keys(FILLINGS).filter((each) => !FILLINGS[each]!.ofImage);
  throw new ExplainError({
    kind: 'unsupported',
    message: `${subject} '${name}' is computed from each image, outside the graph.`,
    subject,
    next: `Choose one of: ${constant.join(', ')}, or a number.`,
  });
}
