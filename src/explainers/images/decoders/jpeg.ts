import type { ImageFormat, ImageSource } from '../image.ts';
import { type JpegFrame, jpegFrame } from '../jpegMarkers.ts';
import { checkSize, damaged } from '../limits.ts';
import { hasEveryScan } from '../progressiveScans.ts';
import { decodeRaster } from '../vips.ts';

/** A block of 64 pixels takes at least one bit. */
const PIXELS_PER_BYTE = 512;
/** The markers of the end and of the start of a scan. */
const EOI = Buffer.from([0xff, 0xd9]);
const SCAN = Buffer.from([0xff, 0xda]);
/** Frames whose scans hold each pixel once, so that missing ones are noticed. */
const SEQUENTIAL: ReadonlySet<number> = new Set([0xc0, 0xc1]);

export const jpeg: ImageFormat = {
  id: 'jpeg',
  title: 'JPEG',
  sniff: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  decode: async (source) => {
    const { marker } = checkHeader(source);
    const ended = endsWithMarker(source.bytes);
    const mendable = !ended && (SEQUENTIAL.has(marker) || hasEveryScan(source.bytes));
    const whole = mendable ? withMarker(source) : source;
    const { image, meta } = await decodeRaster(whole, jpeg.title);
    const asIs = meta.space !== 'cmyk' && (meta.orientation ?? 1) === 1 && ended;
    return { ...image, format: jpeg.id, ids: [], ...(asIs && { browserMime: 'image/jpeg' as const }) };
  },
};

/** Is there a marker of the end after the last scan? A picture within the metadata has one of its own. */
function endsWithMarker({ buffer, byteOffset, length }: Uint8Array): boolean {
  const file = Buffer.from(buffer, byteOffset, length);
  return file.lastIndexOf(EOI) > file.lastIndexOf(SCAN);
}

/**
 * Some writers leave the marker of the end out. With it, the library still reports pixels that are missing, so a
 * sequential file that was cut off stays damaged. A progressive one would lose its last
 * scans without a word, so they are counted first.
 */
function withMarker({ path, bytes }: ImageSource): ImageSource {
  return { path, bytes: new Uint8Array(Buffer.concat([bytes, EOI])) };
}

function checkHeader(source: ImageSource): JpegFrame {
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
  return frame;
}
