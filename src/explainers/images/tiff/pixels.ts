import { promisify } from 'node:util';
import { constants, inflate } from 'node:zlib';
import type { ImageSource } from '../image.ts';
import { damaged } from '../limits.ts';
import { TAG, type TiffDirectory } from './directory.ts';
import type { TiffLayout } from './layout.ts';

const UNCOMPRESSED = 1;
const DEFLATE = new Set([8, 32946]);
const inflated = promisify(inflate);

/**
 * Checks that every strip or tile of the page is in the file, and verifies Deflate's checksums, because the image
 * library itself fills missing parts with zeros. Throws `image`.
 */
export async function checkPixels(source: ImageSource, directory: TiffDirectory, layout: TiffLayout): Promise<void> {
  const chunks = chunksOf(directory, layout);
  const offsets = directory.numbers(chunks.tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const lengths = directory.numbers(chunks.tiled ? TAG.tileBytes : TAG.stripBytes);
  const name = chunks.tiled ? 'tile' : 'strip';
  if (offsets.length < chunks.count || lengths.length < chunks.count) {
    const there = Math.min(offsets.length, lengths.length);
    throw damaged(source, 'TIFF', `its directory lists ${there} of its ${chunks.count} ${name}s`);
  }
  for (let i = 0; i < chunks.count; i++) {
    const [offset, length] = [offsets[i]!, lengths[i]!];
    const raw = layout.compression === UNCOMPRESSED;
    const needed = raw ? chunks.bytes(i) : length;
    if (length === 0 || (raw && length < needed)) {
      throw damaged(source, 'TIFF', `${name} ${i + 1} of ${chunks.count} holds ${length} bytes`);
    }
    if (offset === 0 || offset + needed > source.bytes.length) {
      throw damaged(source, 'TIFF', `${name} ${i + 1} of ${chunks.count} is cut off`);
    }
    if (DEFLATE.has(layout.compression) && directory.number(TAG.fillOrder) !== 2) {
      await checkDeflate(source, source.bytes.subarray(offset, offset + length), chunks.bytes(i), `${name} ${i + 1}`);
    }
  }
}

async function checkDeflate(source: ImageSource, packed: Uint8Array, bytes: number, name: string): Promise<void> {
  // A writer may omit the end of the stream, but a wrong checksum at its end is still a fault.
  const plain = await inflated(packed, {
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: Math.max(2 * bytes, 2 ** 16),
  }).catch((thrown: Error) => {
    throw damaged(source, 'TIFF', `${name} cannot be inflated (${thrown.message})`, thrown);
  });
  if (plain.length < bytes) throw damaged(source, 'TIFF', `${name} holds ${plain.length} of ${bytes} bytes`);
}

interface Chunks {
  readonly tiled: boolean;
  readonly count: number;
  /** Bytes of chunk i after decoding. */
  readonly bytes: (i: number) => number;
}

function chunksOf(directory: TiffDirectory, { height, width, bits, samples, planar }: TiffLayout): Chunks {
  const planes = planar ? samples : 1;
  const rowBytes = (columns: number) => Math.ceil((columns * bits * (samples / planes)) / 8);
  const [tileWidth, tileHeight] = [directory.number(TAG.tileWidth), directory.number(TAG.tileHeight)];
  if (tileWidth && tileHeight) {
    const across = Math.ceil(width / tileWidth);
    const down = Math.ceil(height / tileHeight);
    return { tiled: true, count: across * down * planes, bytes: () => rowBytes(tileWidth) * tileHeight };
  }
  const rows = Math.min(height, directory.number(TAG.rowsPerStrip) || height);
  const strips = Math.ceil(height / rows);
  const bytes = (i: number) => rowBytes(width) * Math.min(rows, height - (i % strips) * rows);
  return { tiled: false, count: strips * planes, bytes };
}
