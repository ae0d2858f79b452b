import type { ImageFormat } from '../image.ts';
import { decodeRaster } from '../vips.ts';

/** GIF, its first frame, with the colours of its palette. */
export const gif: ImageFormat = {
  id: 'gif',
  title: 'GIF',
  sniff: (head) => /^GIF8[79]a/.test(Buffer.from(head.subarray(0, 6)).toString('latin1')),
  decode: async (source) => {
    const { image, meta } = await decodeRaster(source, gif.title);
    const frames = meta.pages ?? 1;
    const notes = frames > 1 ? [...image.notes, `frame 1 of ${frames}`] : image.notes;
    return { ...image, notes, format: gif.id, ids: [] };
  },
};
