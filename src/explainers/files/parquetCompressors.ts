import zlib from 'node:zlib';
import type { Compressors } from 'hyparquet';

/** Bytes of one page, decompressed. */
const MOST_PAGE = 2 ** 30;

/** Node has zstd from version 22.15 on. */
const zstd = (zlib as { zstdDecompressSync?: (bytes: Uint8Array, options: object) => Buffer }).zstdDecompressSync;
const within = (length: number) => ({ maxOutputLength: Math.max(1, Math.min(length, MOST_PAGE)) });

/** Besides snappy, which the reader has itself. */
export const COMPRESSORS: Compressors = {
  GZIP: (bytes, length) => new Uint8Array(zlib.gunzipSync(bytes, within(length))),
  BROTLI: (bytes, length) => new Uint8Array(zlib.brotliDecompressSync(bytes, within(length))),
  ...(zstd && { ZSTD: (bytes: Uint8Array, length: number) => new Uint8Array(zstd(bytes, within(length))) }),
};

/** Why a Parquet file cannot be read, without the innards of the reader: for the end of a sentence with a colon. */
export function parquetFault(thrown: unknown): string {
  const why = thrown instanceof Error && thrown.constructor === Error ? thrown.message : '';
  const codec = /unsupported compression codec: (\w+)/.exec(why)?.[1];
  if (codec !== undefined && codec !== 'undefined') return `it is compressed with ${codec}, which is not read`;
  return why === '' || /undefined|NaN|null/.test(why) ? 'it is damaged' : why;
}
