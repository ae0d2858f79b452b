import type { CropPicture, CropPictureRequest } from '../contracts/labels/crops.ts';
import { toSharp } from './display.ts';
import type { Image } from './image.ts';

/** What is shown around a region, as a share of its size: an object is known by its surroundings too. */
const MARGIN = 0.15;

/** A region of an image with a margin, or the whole image, as a small JPEG. */
export async function cropPicture(
  image: Image,
  { box, from, side }: Omit<CropPictureRequest, 'image'>,
): Promise<CropPicture> {
  const [height, width] = image.size;
  const [sx, sy] = from ? [width / from[1], height / from[0]] : [1, 1];
  const [x, y, w, h] = box ? [box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy] : [0, 0, width, height];
  const margin = box ? MARGIN * Math.max(w, h) : 0;
  const left = clamp(Math.floor(x - margin), 0, width - 1);
  const top = clamp(Math.floor(y - margin), 0, height - 1);
  const right = clamp(Math.ceil(x + w + margin), left + 1, width);
  const bottom = clamp(Math.ceil(y + h + margin), top + 1, height);
  const whole = await toSharp(image);
  const bytes = await whole
    .extract({ left, top, width: right - left, height: bottom - top })
    .resize(side, side, { fit: 'inside', kernel: 'lanczos3' })
    .jpeg({ quality: 85 })
    .toBuffer();
  return { mime: 'image/jpeg', bytes };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
