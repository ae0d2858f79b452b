import type { ImageFormat, ImageSource } from '../image.ts';
import { jpegFrame } from '../jpegMarkers.ts';
import { checkSize, damaged } from '../limits.ts';
import { decodeRaster } from '../vips.ts';

/** A block of 64 pixels takes at least one bit. */
const PIXELS_PER_BYTE = 512;

export const jpeg: ImageFormat = {
  id: 'jpeg',
  title: 'JPEG',
  sniff: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  decode: async (source) => {
    checkHeader(source);
    const { image, meta } = await decodeRaster(source, jpeg.title);
    const asIs = meta.space !== 'cmyk' && (meta.orientation ?? 1) === 1;
    return { ...image, format: jpeg.id, ids: [], ...(asIs && { browserMime: 'image/jpeg' as const }) };
  },
};

function checkHeader(source: ImageSource): void {
  const frame = jpegFrame(source.bytes);
  if (frame === null) throw damaged(source, jpeg.title, 'it has no frame header');
  checkSize(source.path, frame.height, frame.width);
  if (frame.height * frame.width > source.bytes.length * PIXELS_PER_BYTE) {
    throw damaged(
      source,
      jpeg.title,
      `${source.bytes.length} bytes cannot hold its ${frame.width} × ${frame.height} pixels`,
    );
  }
}
