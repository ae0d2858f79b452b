import type { Image, ImageSource } from '../image.ts';
import { checkSize, damaged } from '../limits.ts';
import { narrowRangeNote } from '../narrowRange.ts';

const TITLE = 'PNM (PGM, PPM)';
/** The longest header with its comments that is read. */
const HEADER = 4096;
const BLANK = /[\s\0]/;

/** P1 to P6: bits, grey and colour, as text and as bytes. */
const KINDS = [
  { channels: 1, bits: true, text: true },
  { channels: 1, bits: false, text: true },
  { channels: 3, bits: false, text: true },
  { channels: 1, bits: true, text: false },
  { channels: 1, bits: false, text: false },
  { channels: 3, bits: false, text: false },
] as const;

interface PnmHeader {
  readonly kind: (typeof KINDS)[number];
  readonly width: number;
  readonly height: number;
  readonly max: number;
  /** Where the samples begin. */
  readonly at: number;
}

/** Throws `image` if the header is damaged, or the file is too short for the pixels that it declares. */
export function readPnmHeader(source: ImageSource): PnmHeader {
  const text = Buffer.from(source.bytes.subarray(0, HEADER)).toString('latin1');
  const kind = KINDS[Number(text[1]) - 1]!;
  const numbers: number[] = [];
  let at = 2;
  while (numbers.length < (kind.bits ? 2 : 3)) {
    while (BLANK.test(text[at] ?? '')) at++;
    if (text[at] === '#') {
      while (at < text.length && text[at] !== '\n') at++;
      continue;
    }
    const digits = /^\d{1,9}/.exec(text.slice(at, at + 10))?.[0];
    if (digits === undefined) throw damaged(source, TITLE, 'its header is cut off');
    numbers.push(Number(digits));
    at += digits.length;
  }
  const [width, height, max = 1] = numbers as [number, number, number?];
  checkSize(source.path, height, width);
  if (max < 1 || max > 65535) throw damaged(source, TITLE, `its largest value is ${max}`);
  const samples = width * height * kind.channels;
  // As text, a sample has at least one digit; of bits, eight are in a byte.
  const bytes = kind.text ? samples : kind.bits ? Math.ceil(width / 8) * height : samples * (max > 255 ? 2 : 1);
  if (source.bytes.length < at + 1 + bytes) throw damaged(source, TITLE, 'its pixels are cut off');
  return { kind, width, height, max, at: at + 1 };
}

/** Decodes a whole file. Throws `image`. */
export function decodePnm(source: ImageSource): Image {
  const header = readPnmHeader(source);
  const { kind, width, height, max } = header;
  const read = kind.text
    ? textSamples(source, header)
    : kind.bits
      ? bitSamples(source, header)
      : byteSamples(source, header);
  // The full range is that of the samples' own bytes, as in a PNG.
  const full = max > 255 ? 65535 : 255;
  const data = full === 255 ? new Uint8Array(read.length) : new Uint16Array(read.length);
  for (let i = 0; i < data.length; i++) {
    const value = kind.bits ? 1 - read[i]! : read[i]!;
    data[i] = max === full ? value : Math.round((Math.min(value, max) * full) / max);
  }
  const image = { size: [height, width] as const, channels: kind.channels, data, max: full };
  const narrow = narrowRangeNote(image);
  return { ...image, format: 'pnm', notes: narrow === null ? [] : [narrow], ids: [] };
}

function textSamples(source: ImageSource, { kind, width, height, at }: PnmHeader): Uint16Array {
  const { bytes } = source;
  const samples = new Uint16Array(width * height * kind.channels);
  let from = at - 1;
  for (let i = 0; i < samples.length; i++) {
    while (from < bytes.length && (bytes[from]! < 0x30 || bytes[from]! > 0x39)) {
      if (bytes[from] === 0x23) while (from < bytes.length && bytes[from] !== 0x0a) from++;
      from++;
    }
    if (from >= bytes.length) throw damaged(source, TITLE, 'its pixels are cut off');
    let value = 0;
    // Bits need no space between them.
    do value = Math.min(65535, value * 10 + bytes[from++]! - 0x30);
    while (!kind.bits && bytes[from]! >= 0x30 && bytes[from]! <= 0x39);
    samples[i] = value;
  }
  return samples;
}

function bitSamples({ bytes }: ImageSource, { width, height, at }: PnmHeader): Uint8Array {
  const stride = Math.ceil(width / 8);
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) samples[y * width + x] = (bytes[at + y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1;
  return samples;
}

function byteSamples({ bytes }: ImageSource, { kind, width, height, max, at }: PnmHeader): Uint8Array | Uint16Array {
  const count = width * height * kind.channels;
  if (max <= 255) return bytes.subarray(at, at + count);
  return Uint16Array.from({ length: count }, (_, i) => (bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!);
}
