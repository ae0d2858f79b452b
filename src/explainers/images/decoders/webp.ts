import type { ImageFormat } from '../image.ts';
import { decodeRaster } from '../vips.ts';

export const webp: ImageFormat = {
  id: 'webp',
  title: 'WebP',
  sniff: (head) => head.length >= 12 && latin1(head, 0, 4) === 'RIFF' && latin1(head, 8, 12) === 'WEBP',
  decode: async (source) => {
    const { image, meta } = await decodeRaster(source, webp.title);
    const frames = meta.pages ?? 1;
    const asIs = !meta.hasAlpha && (meta.orientation ?? 1) === 1 && frames === 1;
    const notes = frames > 1 ? [...image.notes, `frame 1 of ${frames}`] : image.notes;
    return { ...image, notes, format: webp.id, ids: [], ...(asIs && { browserMime: 'image/webp' as const }) };
  },
};

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString('latin1');
}
