import type { ImageFormat } from '../image.ts';
import { decodeOnThread } from '../thread/decoderThread.ts';
import { readBmpHeader } from './bmpPixels.ts';

/** Windows bitmaps: 1, 4, 8 (palette, RLE), 16 (5-5-5 or masks), 24 and 32 bits; alpha dropped. */
export const bmp: ImageFormat = {
  id: 'bmp',
  title: 'BMP',
  sniff: (head) =>
    head[0] === 0x42 && head[1] === 0x4d && head.length >= 26 && [12, 40, 52, 56, 64, 108, 124].includes(head[14]!),
  decode: async (source, signal) => {
    const { height, width } = readBmpHeader(source);
    return decodeOnThread('bmp', { source }, { path: source.path, pixels: height * width, signal });
  },
};
