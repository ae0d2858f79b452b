import type { Size } from '../contracts/geometry.ts';
import { loadSharp } from './vips.ts';

/**
 * A PNG of 8-bit samples, channels interleaved: 1 is grey, 3 RGB, 4 RGBA (straight alpha). Fast rather than small, for
 * previews and overlays.
 */
export async function encodePng(samples: Uint8Array | Uint8ClampedArray, size: Size): Promise<Uint8Array> {
  const [height, width] = size;
  const channels = samples.length / (height * width);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`${samples.length} samples do not make a ${width} × ${height} picture of 1, 3 or 4 channels`);
  }
  const sharp = await loadSharp();
  const pixels = Buffer.from(samples.buffer, samples.byteOffset, samples.length);
  const image = sharp(pixels, { raw: { width, height, channels }, limitInputPixels: false });
  const upright = channels === 1 ? image.toColourspace('b-w') : image;
  return upright.png({ compressionLevel: 3, adaptiveFiltering: true, palette: false }).toBuffer();
}
