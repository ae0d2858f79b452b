import type { Picture } from '../state/replies.ts';
import type { Viewport } from './viewport.ts';

/** From this many device pixels per image pixel on, pixels are shown as squares. */
const SQUARES_FROM = 4;

/** Makes the context draw in image pixels. */
export function useImageCoordinates(context: CanvasRenderingContext2D, view: Viewport, ratio: number): void {
  const zoom = view.zoom * ratio;
  context.setTransform(zoom, 0, 0, zoom, Math.round(view.left * ratio), Math.round(view.top * ratio));
}

/** @param again paints it once more when a better copy has been made; absent: it is painted as well as it can be now */
export function paintPicture(
  context: CanvasRenderingContext2D,
  picture: Picture,
  view: Viewport,
  ratio: number,
  again?: () => void,
): void {
  useImageCoordinates(context, view, ratio);
  const [height, width] = picture.info.size;
  const { bitmap, quality } = bitmapFor(picture, view.zoom * ratio, again);
  context.imageSmoothingEnabled = view.zoom * ratio < SQUARES_FROM;
  context.imageSmoothingQuality = quality;
  context.drawImage(bitmap, 0, 0, width, height);
}

/** Pictures below this size are quick to scale down. */
const LARGE = 1024 * 1024;

/** Halved copies of large pictures, from a half on, because scaling a large one down on every frame takes too long. */
const halves = new WeakMap<Picture, ImageBitmap[]>();
/** Copies that are being made. */
const making = new WeakMap<Picture, Promise<void>>();

/**
 * The smallest copy that still has a pixel for each device pixel; copies are made aside when they are first needed. At
 * no less than half the size, plain interpolation leaves nothing out, and takes a tenth of the time.
 */
function bitmapFor(
  picture: Picture,
  scale: number,
  again?: () => void,
): { readonly bitmap: ImageBitmap; readonly quality: ImageSmoothingQuality } {
  const { bitmap } = picture;
  const level = Math.floor(Math.log2(1 / scale));
  if (bitmap.width * bitmap.height < LARGE) return { bitmap, quality: 'high' };
  if (level < 1) return { bitmap, quality: 'low' };
  const known = halves.get(picture);
  if (known) return { bitmap: known[Math.min(level, known.length) - 1] ?? bitmap, quality: 'low' };
  if (!again) return { bitmap, quality: 'high' };
  const made = making.get(picture) ?? halve(picture);
  making.set(picture, made);
  void made.then(again);
  return { bitmap, quality: 'low' };
}

async function halve(picture: Picture): Promise<void> {
  const made: ImageBitmap[] = [];
  let last = picture.bitmap;
  while (last.width > 512 && last.height > 512) {
    const size = { resizeWidth: Math.round(last.width / 2), resizeHeight: Math.round(last.height / 2) };
    last = await createImageBitmap(last, { ...size, resizeQuality: 'high' });
    made.push(last);
  }
  halves.set(picture, made);
}

/** Decodes the host's picture; throws a report if the browser cannot draw it. */
export async function decodePicture(info: Picture['info']): Promise<Picture> {
  try {
    const blob = new Blob([info.bytes as Uint8Array<ArrayBuffer>], { type: info.mime });
    return { info, bitmap: await createImageBitmap(blob) };
  } catch {
    throw {
      kind: 'image',
      message: `The picture of ${info.size[1]} × ${info.size[0]} pixels cannot be drawn by the editor.`,
      subject: info.image,
      next: 'Try again. If it still fails, make a smaller copy of the image and explain that one.',
    };
  }
}
