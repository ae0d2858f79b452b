import { fromArrayBuffer } from 'geotiff';
import type { Bands, ImageSource } from '../image.ts';

/** All samples of a TIFF's first page. It computes for long, so it runs on a thread. */
export async function readTiffBands({ bytes }: ImageSource): Promise<Bands> {
  const file = await fromArrayBuffer(bytes.slice().buffer);
  const page = await file.getImage(0);
  const rasters = await page.readRasters({ interleave: true });
  const data = rasters as unknown as ArrayLike<number>;
  const count = page.getSamplesPerPixel();
  if (data instanceof Uint8Array) return { count, data: new Uint8Array(data), max: 255 };
  if (data instanceof Uint16Array) return { count, data: new Uint16Array(data), max: 65535 };
  return { count, data: Float32Array.from(data), max: 255 };
}
