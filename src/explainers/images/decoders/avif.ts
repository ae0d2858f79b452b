import type { ImageFormat } from '../image.ts';
import { decodeRaster } from '../vips.ts';

/** AVIF, its main picture. HEIC has the same container with another codec, which the library lacks. */
export const avif: ImageFormat = {
  id: 'avif',
  title: 'AVIF',
  sniff: (head) => /^.{4}ftyp(?:avif|avis)/s.test(Buffer.from(head.subarray(0, 12)).toString('latin1')),
  decode: async (source) => {
    const { image } = await decodeRaster(source, avif.title);
    return { ...image, format: avif.id, ids: [] };
  },
};
