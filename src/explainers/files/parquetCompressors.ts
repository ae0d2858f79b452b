import zlib from 'node:zlib';
import { decompress as decompressZstd } from 'fzstd';
import type { Compressors } from 'hyparquet';
import { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors/src/lz4.js';

/** Bytes of one page, decompressed. */
const MOST_PAGE = 2 ** 30;

/** Node has zstd from version 22.15 on. */
const ownZstd = (zlib as { zstdDecompressSync?: (bytes: Uint8Array, options: object) => Buffer }).zstdDecompressSync;
const within = (length: number) => ({ maxOutputLength: Math.max(1, Math.min(length, MOST_PAGE)) });

/** Besides snappy, which the reader has itself. */
export const COMPRESSORS: Compressors = {
  GZIP: (bytes, length) => new Uint8Array(zlib.gunzipSync(bytes, within(length))),
  BROTLI: (bytes, length) => new Uint8Array(zlib.brotliDecompressSync(bytes, within(length))),
  ZSTD: zstd,
  LZ4_RAW: lz4,
  // Some writers store such blocks with lengths before them.
  LZ4: (bytes, length) => (lz4Length(bytes) === length ? lz4(bytes, length) : decompressLz4(bytes, length)),
};

function zstd(bytes: Uint8Array, length: number): Uint8Array {
  if (ownZstd) return new Uint8Array(ownZstd(bytes, within(length)));
  const page = decompressZstd(bytes, new Uint8Array(Math.min(length, MOST_PAGE)));
  if (page.length !== length) throw new Error('a page of it is damaged');
  return page;
}

/** One block of LZ4. A damaged one would otherwise be filled with zeros. */
function lz4(bytes: Uint8Array, length: number): Uint8Array {
  if (length > MOST_PAGE || lz4Length(bytes) !== length) throw new Error('a page of it is damaged');
  return decompressLz4Raw(bytes, length);
}

/**
 * Bytes that an LZ4 block decompresses to; NaN if it is cut. Source: lz4/doc/lz4_Block_format.md: a token of two
 * lengths, each continued by bytes as long as they are 255; literals; an offset.
 */
function lz4Length(bytes: Uint8Array): number {
  let total = 0;
  let at = 0;
  const continued = (nibble: number) => {
    let [length, byte] = [nibble, nibble === 15 ? 255 : 0];
    while (byte === 255) {
      byte = bytes[at++] ?? Number.NaN;
      length += byte;
    }
    return length;
  };
  while (at < bytes.length) {
    const token = bytes[at++]!;
    const literals = continued(token >> 4);
    total += literals;
    at += literals;
    if (at === bytes.length) return total;
    at += 2;
    total += 4 + continued(token & 15);
  }
  return Number.NaN;
}

/** Why a Parquet file cannot be read, without the innards of the reader: for the end of a sentence with a colon. */
export function parquetFault(thrown: unknown): string {
  const why = thrown instanceof Error && thrown.constructor === Error ? thrown.message : '';
  const codec = /unsupported compression codec: (\w+)/.exec(why)?.[1];
  if (codec !== undefined && codec !== 'undefined') return `it is compressed with ${codec}, which is not read`;
  return why === '' || /undefined|NaN|null/.test(why) ? 'it is damaged' : why;
}
