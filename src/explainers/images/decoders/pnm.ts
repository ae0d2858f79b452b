import type { ImageFormat } from '../image.ts';
import { decodeOnThread } from '../thread/decoderThread.ts';
import { readPnmHeader } from './pnmPixels.ts';

/** Netpbm: PBM, PGM and PPM, as text and as bytes, up to 16 bits; values are scaled from the file's own maximum. */
export const pnm: ImageFormat = {
  id: 'pnm',
  title: 'PNM (PGM, PPM)',
  sniff: (head) => /^P[1-6]\s/.test(Buffer.from(head.subarray(0, 3)).toString('latin1')),
  decode: async (source, signal) => {
    const { height, width } = readPnmHeader(source);
    return decodeOnThread('pnm', { source }, { path: source.path, pixels: height * width, signal });
  },
};
