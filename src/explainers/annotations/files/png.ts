// Written here because sharp gives the colours of a palette in place of its numbers, and fast-png 8 unpacks whatever a
// file holds, pixels and colour profiles, without a limit: a megabyte could take a gigabyte of memory.

import { inflateSync } from 'node:zlib';
import type { Size } from '../../contracts/geometry.ts';
import { declaredSize } from '../shapes/shapes.ts';

/** A PNG's stored numbers, before palette and gamma turn them into colours, because masks use the numbers. */
export interface PngPixels {
  readonly size: Size;
  /** Samples per pixel: 1 grey or palette index, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: number;
  /** The largest possible value of a sample: 255 for 8 bits. */
  readonly max: number;
  /** Row by row, samples of a pixel together. */
  readonly samples: Uint8Array | Uint16Array;
  /** RGB triples that the samples are indices of; null: they are intensities. */
  readonly palette: Uint8Array | null;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** DEFLATE's best ratio: fewer bytes than this cannot hold the rows. */
const DEFLATE_RATIO = 1032;

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** The size that a PNG declares; null if it is none, or declares no valid size. */
export function pngSize(bytes: Uint8Array): Size | null {
  return isPng(bytes) ? (headerOf(bytes.subarray(16, 33))?.size ?? null) : null;
}

interface Header {
  readonly size: Size;
  readonly depth: number;
  readonly colour: number;
  readonly interlaced: boolean;
}

/** The pixels, or why they cannot be read. Interlaced files are not supported, because no mask is interlaced. */
export function readPng(bytes: Uint8Array): PngPixels | { readonly fault: string } {
  if (!isPng(bytes)) return { fault: 'it is not a PNG' };
  const { header, palette, data } = chunks(bytes);
  if (!header) return { fault: 'its header is damaged' };
  if (header.interlaced) return { fault: 'it is interlaced' };
  const channels = CHANNELS[header.colour]!;
  const [height, width] = header.size;
  const rowBytes = Math.ceil((width * channels * header.depth) / 8);
  const length = height * (rowBytes + 1);
  const packed = data.reduce((sum, { length }) => sum + length, 0);
  if (length > packed * DEFLATE_RATIO + 1024) return { fault: 'its pixels are cut off' };
  let rows: Uint8Array;
  try {
    rows = inflateSync(Buffer.concat(data), { maxOutputLength: length + 1024 });
  } catch {
    return { fault: 'its pixels are damaged or cut off' };
  }
  if (rows.length < length) return { fault: 'its pixels are cut off' };
  const stride = Math.max(1, (channels * header.depth) >> 3);
  if (!unfilter(rows, height, rowBytes, stride)) return { fault: 'its pixels are damaged' };
  const samples = unpack(rows, header, rowBytes, width * channels);
  return { size: header.size, channels, max: 2 ** header.depth - 1, samples, palette };
}

function chunks(bytes: Uint8Array): { header: Header | null; palette: Uint8Array | null; data: Uint8Array[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let header: Header | null = null;
  let palette: Uint8Array | null = null;
  const data: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    const body = bytes.subarray(at + 8, Math.min(bytes.length, at + 8 + length));
    if (type === 'IHDR') header = headerOf(body);
    else if (type === 'PLTE') palette = body;
    else if (type === 'IDAT') data.push(body);
    else if (type === 'IEND') break;
    at += 12 + length;
  }
  return { header, palette: header?.colour === 3 ? palette : null, data };
}

function headerOf(body: Uint8Array): Header | null {
  if (body.length < 13) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const size = declaredSize(view.getUint32(4), view.getUint32(0));
  const [depth, colour, , , interlace] = body.subarray(8) as unknown as [number, number, number, number, number];
  const depths = colour === 0 ? [1, 2, 4, 8, 16] : colour === 3 ? [1, 2, 4, 8] : [8, 16];
  if (!size || CHANNELS[colour] === undefined || !depths.includes(depth)) return null;
  return { size, depth, colour, interlaced: interlace !== 0 };
}

/** Undoes the filters of PNG (section 9) in place; false for an unknown filter. */
function unfilter(rows: Uint8Array, height: number, rowBytes: number, stride: number): boolean {
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1) + 1;
    const filter = FILTERS[rows[start - 1]!];
    if (!filter) return false;
    for (let i = 0; i < rowBytes; i++) {
      const left = i >= stride ? rows[start + i - stride]! : 0;
      const up = y > 0 ? rows[start + i - rowBytes - 1]! : 0;
      const corner = y > 0 && i >= stride ? rows[start + i - rowBytes - 1 - stride]! : 0;
      rows[start + i]! += filter(left, up, corner);
    }
  }
  return true;
}

const FILTERS: readonly ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const guess = left + up - corner;
    const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
    return a <= b && a <= c ? left : b <= c ? up : corner;
  },
];

function unpack(
  rows: Uint8Array,
  { size: [height], depth }: Header,
  rowBytes: number,
  perRow: number,
): Uint8Array | Uint16Array {
  const out = depth === 16 ? new Uint16Array(height * perRow) : new Uint8Array(height * perRow);
  const mask = 2 ** depth - 1;
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1) + 1;
    for (let i = 0; i < perRow; i++) {
      const bit = i * depth;
      const at = start + (bit >> 3);
      out[y * perRow + i] =
        depth === 16
          ? (rows[at]! << 8) | rows[at + 1]!
          : depth === 8
            ? rows[at]!
            : (rows[at]! >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return out;
}
