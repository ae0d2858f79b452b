import { basename } from 'node:path';
import { ExplainError } from '../errors.ts';
import { greatest, least } from '../lists.ts';
import type { Bands, Image } from './image.ts';

/** All bands of an image: those of its file, else its grey value or its red, green and blue. */
export const bandsOf = ({ bands, channels, data, max }: Image): Bands => bands ?? { count: channels, data, max };

/** The picture of a file of bands: the first three as red, green and blue, or the first one as grey. */
export function firstBands(bands: Bands): Pick<Image, 'channels' | 'data' | 'max' | 'bands'> {
  const shown = bands.count >= 3 ? [1, 2, 3] : [1];
  return { channels: shown.length as 1 | 3, data: picked(bands, shown), max: bands.max, bands };
}

/** Some bands (from 1), interleaved. */
function picked({ count, data }: Bands, wanted: readonly number[]): Bands['data'] {
  const pixels = data.length / count;
  const out = new (data.constructor as new (length: number) => Bands['data'])(pixels * wanted.length);
  for (const [to, band] of wanted.entries()) {
    for (let i = 0; i < pixels; i++) out[i * wanted.length + to] = data[i * count + band - 1]!;
  }
  return out;
}

/**
 * Some bands of an image (from 1), interleaved in their order.
 * @param field of the card that names them
 * @throws ExplainError `image` if the image has fewer bands, or one has values that are not finite
 */
export function pickedBands(image: Image, wanted: readonly number[], field: 'bands' | 'show', path: string): Bands {
  const { count, max } = bandsOf(image);
  const beyond = wanted.find((band) => band > count);
  if (beyond !== undefined) {
    throw new ExplainError({
      kind: 'image',
      message: `${basename(path)} has ${count} band${count === 1 ? '' : 's'}, but the model card's "input.${field}" names band ${beyond}.`,
      subject: path,
      next: `Use an image with at least ${greatest(wanted)} bands, or correct "${field}" in the card's "input".`,
    });
  }
  const out = picked(bandsOf(image), wanted);
  if (field === 'bands' && out instanceof Float32Array) {
    const at = out.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw notFinite(path, wanted[at % wanted.length]!);
  }
  return { count: wanted.length, data: out, max };
}

/**
 * The picture of one band (grey) or three (red, green, blue). Values of more than 8 bits are stretched to their range.
 */
export function shownBands(image: Image, wanted: readonly number[], path: string): Image {
  const { count, data, max } = pickedBands(image, wanted, 'show', path);
  const { browserMime: _, bands: __, ...rest } = image;
  const channels = count as 1 | 3;
  const names = `${count === 1 ? 'band' : 'bands'} ${wanted.join(', ')} of ${bandsOf(image).count} ${count === 1 ? 'is' : 'are'} shown`; // biome-ignore format: one line
  if (data instanceof Uint8Array && max === 255)
    return { ...rest, channels, data, max, notes: [...image.notes, names] };
  const { data: stretched, low, high } = stretchedTo8(data);
  const range = `from ${Number(low.toPrecision(4))} (black) to ${Number(high.toPrecision(4))} (white)`;
  return { ...rest, channels, data: stretched, max: 255, notes: [...image.notes, `${names}, ${range}`] };
}

function stretchedTo8(data: Bands['data']): { readonly data: Uint8Array; readonly low: number; readonly high: number } {
  const finite = data.filter((value) => Number.isFinite(value));
  const [low, high] = finite.length > 0 ? [least(finite), greatest(finite)] : [0, 1];
  const scale = high > low ? 255 / (high - low) : 0;
  const out = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i++) out[i] = (data[i]! - low) * scale;
  return { data: new Uint8Array(out.buffer), low, high };
}

const notFinite = (path: string, band: number) =>
  new ExplainError({
    kind: 'image',
    message: `Band ${band} of ${basename(path)} has values that are no numbers (NaN or infinite), such as those of pixels without data.`,
    subject: path,
    next: 'Fill these pixels with a number, such as the value that the model was trained with.',
  });
