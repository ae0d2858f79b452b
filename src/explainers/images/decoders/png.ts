import type { ImageFormat, ImageSource } from '../image.ts';
import { checkSize, damaged } from '../limits.ts';
import { narrowRangeNote } from '../narrowRange.ts';
import { decodeRaster } from '../vips.ts';

/** DEFLATE's best ratio: a file smaller than its rows divided by this cannot hold them. */
const DEFLATE_RATIO = 1032;
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export const png: ImageFormat = {
  id: 'png',
  title: 'PNG',
  sniff: (head) => head.length >= 8 && [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((b, i) => head[i] === b),
  decode: async (source) => {
    checkHeader(source);
    const { image, meta } = await decodeRaster(source, png.title);
    const asIs = image.max === 255 && !meta.hasAlpha && (meta.orientation ?? 1) === 1;
    const narrow = narrowRangeNote(image);
    const notes = narrow === null ? image.notes : [...image.notes, narrow];
    return { ...image, notes, format: png.id, ids: [], ...(asIs && { browserMime: 'image/png' as const }) };
  },
};

/** We read IHDR ourselves, so that a 60,000 × 60,000 header is refused before any library allocates memory for it. */
function checkHeader(source: ImageSource): void {
  const { bytes } = source;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 33 || view.getUint32(12) !== 0x49484452) throw damaged(source, png.title, 'its header is cut off');
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  checkSize(source.path, height, width);
  const rowBits = width * (SAMPLES[view.getUint8(25)] ?? 1) * view.getUint8(24);
  if ((height * rowBits) / 8 > bytes.length * DEFLATE_RATIO) {
    throw damaged(source, png.title, `${bytes.length} bytes cannot hold its ${width} × ${height} pixels`);
  }
}
