// Written here because of the BMP packages on npm only @cwasm/nsbmp 0.1.3 reads palettes and run lengths, and it makes
// other colours of 16-bit pixels than PIL (up to 7 of 255 apart) and half a picture of a file that is cut off.

import type { Image, ImageSource } from '../image.ts';
import { checkSize, damaged, unsupportedImage } from '../limits.ts';

interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Offset of the pixels in the file. */
  readonly pixels: number;
  /** RGB triples; empty above 8 bits. */
  readonly palette: Uint8Array;
  /** Red, green, blue; 16 and 32 bits only. */
  readonly masks: readonly number[];
}

const BI_RGB = 0;
const BI_RLE8 = 1;
const BI_RLE4 = 2;
const BI_BITFIELDS = 3;
const BI_ALPHABITFIELDS = 6;
const ALLOWED: Readonly<Record<number, readonly number[]>> = {
  [BI_RGB]: [1, 4, 8, 16, 24, 32],
  [BI_RLE8]: [8],
  [BI_RLE4]: [4],
  [BI_BITFIELDS]: [16, 32],
  [BI_ALPHABITFIELDS]: [16, 32],
};

const TITLE = 'BMP';
const ID = 'bmp';

/** Decodes a whole bitmap. Throws `image`. */
export function decodeBmp(source: ImageSource): Image {
  const header = readBmpHeader(source);
  const data =
    header.bits > 8
      ? directColour(source, header)
      : throughPalette(header, header.compression === BI_RGB ? packed(source, header) : runLengths(source, header));
  const grey = header.bits <= 8 && isGrey(header.palette);
  return {
    size: [header.height, header.width],
    channels: grey ? 1 : 3,
    data: grey ? everyThird(data) : data,
    max: 255,
    format: ID,
    notes: [],
    ids: [],
  };
}

/** Throws `image` if the header is damaged, or of an unsupported kind. */
export function readBmpHeader(source: ImageSource): BmpHeader {
  const { bytes } = source;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerSize = bytes.length >= 26 ? view.getUint32(14, true) : 0;
  if (headerSize === 0 || bytes.length < 14 + headerSize) throw damaged(source, TITLE, 'its header is cut off');
  const core = headerSize === 12;
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core ? BI_RGB : view.getUint32(30, true);
  const height = Math.abs(signedHeight);
  checkSize(source.path, height, width);
  if (!ALLOWED[compression]?.includes(bits)) {
    throw unsupportedImage(source, TITLE, `${bits} bits per pixel with compression ${compression}`);
  }
  const pixels = view.getUint32(10, true);
  const raw = compression === BI_RGB || compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS;
  const needed = raw ? rowBytes(width, bits) * height : 2;
  if (pixels + needed > bytes.length) throw damaged(source, TITLE, 'its pixels are cut off');
  const hasMasks = compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS;
  if (hasMasks && bytes.length < 66) throw damaged(source, TITLE, 'its colour masks are cut off');
  const masks = hasMasks
    ? [54, 58, 62].map((at) => view.getUint32(at, true))
    : bits === 16
      ? [0x7c00, 0x03e0, 0x001f]
      : [0xff0000, 0xff00, 0xff];
  const maskBytes = hasMasks && headerSize === 40 ? (compression === BI_ALPHABITFIELDS ? 16 : 12) : 0;
  const palette = bits <= 8 ? readPalette(source, view, 14 + headerSize + maskBytes, core, bits) : new Uint8Array(0);
  return { width, height, topDown: signedHeight < 0, bits, compression, pixels, palette, masks };
}

function readPalette(source: ImageSource, view: DataView, at: number, core: boolean, bits: number): Uint8Array {
  const used = core ? 0 : view.getUint32(46, true);
  const count = used === 0 ? 1 << bits : Math.min(used, 1 << bits);
  const entry = core ? 3 : 4;
  if (at + count * entry > view.byteLength) throw damaged(source, TITLE, 'its palette is cut off');
  const palette = new Uint8Array(3 << bits);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = view.getUint8(at + i * entry + 2 - c);
  }
  return palette;
}

function rowBytes(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/** Palette indices of uncompressed rows, top row first. */
function packed(source: ImageSource, header: BmpHeader): Uint8Array {
  const { width, height, bits } = header;
  const stride = rowBytes(width, bits);
  const indices = new Uint8Array(width * height);
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  for (let y = 0; y < height; y++) {
    const row = header.pixels + (header.topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++) {
      const shift = 8 - bits * ((x % perByte) + 1);
      indices[y * width + x] = (source.bytes[row + Math.floor(x / perByte)]! >> shift) & mask;
    }
  }
  return indices;
}

/** Palette indices of BI_RLE8 and BI_RLE4; pixels that no run reaches stay 0. */
function runLengths(source: ImageSource, header: BmpHeader): Uint8Array {
  const { width, height, bits } = header;
  const { bytes } = source;
  const indices = new Uint8Array(width * height);
  let at = header.pixels;
  let x = 0;
  let y = 0;
  const put = (index: number) => {
    if (x < width && y < height) indices[(header.topDown ? y : height - 1 - y) * width + x] = index;
    x++;
  };
  const nibble = (byte: number, i: number) => (bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
  while (at + 2 <= bytes.length) {
    const count = bytes[at]!;
    const value = bytes[at + 1]!;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(nibble(value, i));
    } else if (value === 0) {
      x = 0;
      y++;
    } else if (value === 1) {
      return indices;
    } else if (value === 2) {
      x += bytes[at] ?? 0;
      y += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = bits === 8 ? value : Math.ceil(value / 2);
      if (at + length > bytes.length) throw damaged(source, TITLE, 'its pixels are cut off');
      for (let i = 0; i < value; i++) put(nibble(bytes[at + (bits === 8 ? i : i >> 1)] ?? 0, i));
      at += length + (length % 2);
    }
  }
  // Some writers omit the end mark; no writer omits whole rows.
  if (y < height - 1 || (y === height - 1 && x < width)) throw damaged(source, TITLE, 'its pixels are cut off');
  return indices;
}

function throughPalette(header: BmpHeader, indices: Uint8Array): Uint8Array {
  const { palette } = header;
  const rgb = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * 3;
    rgb[3 * i] = palette[from]!;
    rgb[3 * i + 1] = palette[from + 1]!;
    rgb[3 * i + 2] = palette[from + 2]!;
  }
  return rgb;
}

/** 16, 24 and 32 bits; a channel of n bits is widened as PIL does: floor(v · 255 / (2ⁿ − 1)). */
function directColour(source: ImageSource, header: BmpHeader): Uint8Array {
  const { width, height, bits, masks } = header;
  const { bytes } = source;
  const stride = rowBytes(width, bits);
  const step = bits / 8;
  const shifts = masks.map((mask) => (mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)));
  const tops = masks.map((mask, c) => Math.max(1, mask >>> shifts[c]!));
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    let from = header.pixels + (header.topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++, from += step, to += 3) {
      const low = bytes[from]! | (bytes[from + 1]! << 8);
      const pixel = bits === 16 ? low : low | (bytes[from + 2]! << 16) | (bits === 32 ? bytes[from + 3]! << 24 : 0);
      for (let c = 0; c < 3; c++) {
        rgb[to + c] = Math.floor((((pixel & masks[c]!) >>> shifts[c]!) * 255) / tops[c]!);
      }
    }
  }
  return rgb;
}

function isGrey(palette: Uint8Array): boolean {
  for (let i = 0; i < palette.length; i += 3) {
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  }
  return true;
}

function everyThird(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = rgb[3 * i]!;
  return grey;
}
