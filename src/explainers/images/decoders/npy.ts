import { basename } from 'node:path';
import { isNpy, npyTensor } from '../../tensor/npy.ts';
import { type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { firstBands } from '../bands.ts';
import type { Bands, Image, ImageFormat } from '../image.ts';
import { checkSize, damaged, MOST_BANDS, unsupportedImage } from '../limits.ts';

/**
 * An array of NumPy as an image: [height, width], or with its bands before or after that ([bands, height, width] if the
 * first axis is shorter than the last). uint8 and uint16 are as in other images; the values of all other types are
 * taken as they are, as pixels of 0 … 255 would be.
 */
export const npy: ImageFormat = {
  id: 'npy',
  title: 'NumPy array (.npy)',
  sniff: isNpy,
  decode: async (source): Promise<Image> => {
    const found = npyTensor(source.bytes);
    if ('fault' in found) throw damaged(source, npy.title, `it ${found.fault}`);
    const { shape } = found;
    const refuse = () => unsupportedImage(source, npy.title, `its shape is (${shape.join(', ')}), not that of a picture with bands`); // biome-ignore format: one line
    if (shape.length < 2 || shape.length > 3) throw refuse();
    const [a, b, c = 1] = shape as [number, number, number?];
    const first = shape.length === 3 && a < c;
    const [count, height, width] = first ? [a, b, c] : [c, a, b];
    checkSize(source.path, height, width);
    checkSize(source.path, height * count, width);
    // A longer axis is a height or a width.
    if (count < 1 || count > MOST_BANDS) throw refuse();
    const bands = interleaved(found, count, height * width, first);
    const note = `an array of ${count} × ${height} × ${width} (bands × height × width), ${found.dtype}`;
    const notes = [basename(source.path), note];
    return {
      size: [height, width],
      ...firstBands(bands),
      format: npy.id,
      notes: [notes.join(': ')],
      ids: [],
    };
  },
};

function interleaved(tensor: Tensor, count: number, pixels: number, first: boolean): Bands {
  const kept = tensor.dtype === 'uint8' || tensor.dtype === 'uint16';
  const data = (kept ? tensor.data : Float32Array.from(toNumbers(tensor))) as Bands['data'];
  const max = tensor.dtype === 'uint16' ? 65535 : 255;
  if (!first || count === 1) return { count, data, max };
  const out = new (data.constructor as new (length: number) => Bands['data'])(data.length);
  for (let band = 0; band < count; band++) {
    for (let i = 0; i < pixels; i++) out[i * count + band] = data[band * pixels + i]!;
  }
  return { count, data: out, max };
}
