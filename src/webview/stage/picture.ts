import type { Picture } from '../state/replies.ts';
import type { Viewport } from './viewport.ts';

/** From this many device pixels per image pixel on, pixels are shown as squares. */
const SQUARES_FROM = 4;

/** Makes the context draw in image pixels. */
export function useImageCoordinates(context: CanvasRenderingContext2D, view: Viewport, ratio: number): void {
  const zoom = view.zoom * ratio;
  context.setTransform(zoom, 0, 0, zoom, Math.round(view.left * ratio), Math.round(view.top * ratio));
}

export function paintPicture(context: CanvasRenderingContext2D, picture: Picture, view: Viewport, ratio: number): void {
  useImageCoordinates(context, view, ratio);
  const [height, width] = picture.info.size;
  context.imageSmoothingEnabled = view.zoom * ratio < SQUARES_FROM;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture.bitmap, 0, 0, width, height);
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
