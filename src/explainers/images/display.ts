import type { Size } from '../contracts/geometry.ts';
import type { DisplayImage } from '../contracts/results.ts';
import { decodeImage, readImageFile } from './decode.ts';
import { encodePng } from './encode.ts';
import type { Image, ImageSource } from './image.ts';
import { loadSharp } from './vips.ts';

/** The longest side that every browser's canvas supports, with a margin. */
const MAX_SIDE = 8192;
const MAX_SHOWN_PIXELS = 2 ** 25;
const MAX_SHOWN_BYTES = 2 ** 26;

/**
 * The image for a browser to draw: the file's own bytes if a browser shows exactly the pixels that the model gets
 * (upright 8-bit png, jpeg or webp without transparency), otherwise a PNG made from the decoded image. A giant image is
 * reduced; `size` stays the original's. Pass the decoded image if there already is one. Throws `image`.
 */
export async function displayImage(file: string | ImageSource, decoded?: Image): Promise<DisplayImage> {
  const source = await readImageFile(file);
  const image = decoded ?? (await decodeImage(source));
  const shown = shownSize(image.size);
  const whole = shown[0] === image.size[0] && shown[1] === image.size[1];
  if (whole && image.browserMime !== undefined && source.bytes.length <= MAX_SHOWN_BYTES) {
    const { browserMime: mime, size, format, notes } = image;
    return { image: source.path, size, mime, bytes: source.bytes, format, notes };
  }
  const bytes = whole ? await encodePng(toBytes(image), image.size) : await encodeReduced(image, shown);
  const notes = whole ? image.notes : [...image.notes, `shown at ${shown[1]} × ${shown[0]} pixels`];
  return { image: source.path, size: image.size, mime: 'image/png', bytes, format: image.format, notes };
}

function shownSize([height, width]: Size): Size {
  const ratio = Math.min(1, MAX_SIDE / Math.max(height, width), Math.sqrt(MAX_SHOWN_PIXELS / (height * width)));
  return ratio === 1
    ? [height, width]
    : [Math.max(1, Math.round(height * ratio)), Math.max(1, Math.round(width * ratio))];
}

/** An image's samples rounded to 8 bits. */
export function toBytes(image: Image): Uint8Array {
  if (image.data instanceof Uint8Array && image.max === 255) return image.data;
  const scale = 255 / image.max;
  const bytes = new Uint8ClampedArray(image.data.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = image.data[i]! * scale;
  return new Uint8Array(bytes.buffer);
}

/** An image as 8-bit samples for sharp. */
export async function toSharp(image: Image) {
  const sharp = await loadSharp();
  const pixels = toBytes(image);
  const raw = { width: image.size[1], height: image.size[0], channels: image.channels };
  return sharp(Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length), { raw, limitInputPixels: false });
}

async function encodeReduced(image: Image, [height, width]: Size): Promise<Uint8Array> {
  const whole = await toSharp(image);
  return whole
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .png({ compressionLevel: 3, palette: false })
    .toBuffer();
}
