import type { Size } from '../contracts/geometry.ts';
import { toSharp } from './display.ts';
import type { Image } from './image.ts';
import { loadSharp } from './vips.ts';

/** Tried in turn, until the picture is small enough. */
const QUALITIES = [82, 65, 45, 25, 10];

/** The image with its longest side reduced to `side` pixels, as 8-bit RGB; one that is smaller stays as it is. */
export async function reduced(image: Image, side: number): Promise<Image> {
  const [height, width] = image.size;
  const ratio = Math.min(1, side / Math.max(height, width));
  const size: Size = [Math.max(1, Math.round(height * ratio)), Math.max(1, Math.round(width * ratio))];
  const whole = await toSharp(image);
  const { data } = await whole
    .resize(size[1], size[0], { fit: 'fill', kernel: 'lanczos3' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { size, channels: 3, data: new Uint8Array(data), max: 255, format: image.format, notes: [], ids: [] };
}

/**
 * A JPEG of 8-bit RGB samples: a tenth of a PNG’s bytes, which is enough for a picture that is only glanced at.
 * @param most bytes, where a lower quality reaches them
 */
export async function encodeJpeg(rgb: Uint8Array, [height, width]: Size, most: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const pixels = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.length);
  let jpeg: Uint8Array = new Uint8Array();
  for (const quality of QUALITIES) {
    jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality })
      .toBuffer();
    if (jpeg.length <= most) break;
  }
  return jpeg;
}
