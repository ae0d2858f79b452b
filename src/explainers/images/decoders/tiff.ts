import type { ImageFormat } from '../image.ts';
import { decodeRaster, readHeader, uprightSize } from '../vips.ts';

/** 'II*\0', 'MM\0*', and their BigTIFF twins with 43. */
const MAGICS = ['49492a00', '4d4d002a', '49492b00', '4d4d002b'];

export const tiff: ImageFormat = {
  id: 'tiff',
  title: 'TIFF',
  extensions: ['tif', 'tiff'],
  sniff: (head) => MAGICS.includes(Buffer.from(head.subarray(0, 4)).toString('hex')),
  readSize: async (source) => uprightSize(await readHeader(source, tiff.title)),
  decode: async (source) => {
    const { image, meta } = await decodeRaster(source, tiff.title);
    const pages = meta.pages ?? 1;
    const notes = pages > 1 ? [...image.notes, `page 1 of ${pages}`] : image.notes;
    return { ...image, notes, format: tiff.id, ids: [] };
  },
};
