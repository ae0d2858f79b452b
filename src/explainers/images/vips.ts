// The only file of this room that imports sharp (libvips: libjpeg, libpng, libwebp, libtiff).

import type { Metadata, Sharp, SharpOptions } from 'sharp';
import type { Size } from '../contracts/geometry.ts';
import { ExplainError } from '../errors.ts';
import { append } from '../lists.ts';
import type { Image, ImageSource } from './image.ts';
import { checkSize, damaged, firstLine, MAX_PIXELS, unsupportedImage } from './limits.ts';
import { narrowNote } from './narrowRange.ts';
import { decodeLimit, tooSlow } from './thread/decoderThread.ts';

type SharpModule = (input: Buffer, options?: SharpOptions) => Sharp;

/** sharp, loaded on first use, because its native library is the only part here that a platform can lack. */
export async function loadSharp(): Promise<SharpModule> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new ExplainError(
      {
        kind: 'image',
        message: `The image library (sharp) has no binary for this system (${process.platform} ${process.arch}).`,
        next: 'Install the build of Saliency Lens for this platform, or run `npm install` again without `--omit=optional`.',
      },
      { cause },
    );
  }
}

/** Samples as they are in the file: libvips' name of the depth → the type of the raw samples. */
const DEPTHS = {
  uchar: { depth: 'uchar', view: (b: Buffer) => new Uint8Array(b.buffer, b.byteOffset, b.length), max: 255 },
  ushort: { depth: 'ushort', view: (b: Buffer) => new Uint16Array(aligned(b)), max: 65535 },
  uint: { depth: 'float', view: (b: Buffer) => new Float32Array(aligned(b)), max: null },
  int: { depth: 'float', view: (b: Buffer) => new Float32Array(aligned(b)), max: null },
  float: { depth: 'float', view: (b: Buffer) => new Float32Array(aligned(b)), max: null },
} as const;

const COLOUR_SPACES = new Set(['srgb', 'rgb', 'rgb16', 'scrgb', 'b-w', 'grey16', 'cmyk']);

/**
 * Warnings of the libraries that leave every pixel unchanged. Junk before a restart marker of a JPEG is not among them,
 * because pixels are lost there and the library invents them. Every other warning is about invented pixels.
 */
const HARMLESS =
  /extraneous bytes before marker 0x(?!d[0-7])|unsupported marker|iCCP|profile|Exif|IPTC|XMP|JFIF|resolution|metadata|old-style LZW/i;

export interface RasterOptions {
  /** The type of the samples, if the file holds other numbers than the library believes: half floats, for example. */
  readonly asRead?: (samples: Uint8Array | Uint16Array) => Float32Array;
  /** The note on ignored samples after the colour, if they are not transparency. */
  readonly unused?: string;
}

export interface RasterSamples {
  readonly image: Pick<Image, 'size' | 'channels' | 'data' | 'max' | 'notes'>;
  readonly meta: Metadata;
}

/** The header's content; sizes checked, orientation not yet applied. */
async function readHeader(source: ImageSource, title: string): Promise<Metadata> {
  const sharp = await loadSharp();
  let meta: Metadata;
  try {
    meta = await sharp(asBuffer(source.bytes), { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw damaged(source, title, describe(cause), cause);
  }
  checkSize(source.path, meta.height, meta.width);
  return meta;
}

/**
 * Decodes a png, jpeg, webp or tiff to the samples PIL reads: colour profiles ignored, alpha dropped, palettes and low
 * bit depths expanded, EXIF orientation applied.
 */
export async function decodeRaster(
  source: ImageSource,
  title: string,
  { asRead, unused }: RasterOptions = {},
): Promise<RasterSamples> {
  const meta = await readHeader(source, title);
  const space = meta.space ?? 'srgb';
  if (!COLOUR_SPACES.has(space)) throw unsupportedImage(source, title, `its colour space is ${space}`);
  const kind = DEPTHS[meta.depth as keyof typeof DEPTHS];
  if (kind === undefined) throw unsupportedImage(source, title, `its samples are ${meta.depth}`);
  const notes: string[] = [];
  if ((meta.orientation ?? 1) !== 1) notes.push('turned upright by its EXIF orientation');
  if (unused !== undefined) notes.push(unused);
  else if (meta.hasAlpha) notes.push("transparency ignored, as in PIL's convert('RGB')");
  const limit = decodeLimit(meta.height * meta.width);
  const { data, info } = await tolerantly(source, title, limit, (sharp, failOn) => {
    let pipeline = sharp(asBuffer(source.bytes), {
      failOn,
      ignoreIcc: true,
      limitInputPixels: MAX_PIXELS,
    }).autoOrient();
    if (meta.hasAlpha) pipeline = pipeline.removeAlpha();
    return pipeline
      .timeout({ seconds: Math.min(3600, Math.ceil(limit / 1000)) })
      .pipelineColourspace(space)
      .toColourspace(space)
      .raw({ depth: kind.depth })
      .toBuffer({ resolveWithObject: true });
  });
  const size: Size = [info.height, info.width];
  const stored = kind.view(data);
  const samples = asRead && !(stored instanceof Float32Array) ? asRead(stored) : stored;
  if (space === 'cmyk' && info.channels === 4 && samples instanceof Uint8Array) {
    notes.push("CMYK converted to RGB as in PIL's convert('RGB'), without a colour profile");
    return { image: { size, channels: 3, data: cmykToRgb(samples), max: 255, notes }, meta };
  }
  if (info.channels !== 1 && info.channels !== 3) {
    throw unsupportedImage(source, title, `it has ${info.channels} channels`);
  }
  if (kind.max !== null && !asRead)
    return { image: { size, channels: info.channels, data: samples, max: kind.max, notes }, meta };
  const scaled = toByteRange(samples as Float32Array);
  append(notes, scaled.notes);
  return { image: { size, channels: info.channels, data: scaled.data, max: 255, notes }, meta };
}

/** Strictly first, then a second time ignoring the library's harmless warnings. */
async function tolerantly<T>(
  source: ImageSource,
  title: string,
  limit: number,
  run: (sharp: SharpModule, failOn: 'warning' | 'error') => Promise<T>,
): Promise<T> {
  const sharp = await loadSharp();
  try {
    return await run(sharp, 'warning');
  } catch (strict) {
    if (/timeout: \d+% complete/.test(describe(strict))) throw tooSlow(source.path, limit);
    const said = linesOf(strict);
    if (!said.every((line) => HARMLESS.test(line))) throw unreadable(source, title, describe(strict), strict);
    return run(sharp, 'error').catch((lenient: unknown) => {
      throw unreadable(source, title, describe(lenient), lenient);
    });
  }
}

/** If the library was built without a feature, the file is not damaged. */
function unreadable(source: ImageSource, title: string, detail: string, cause: unknown): ExplainError {
  if (/not configured|not implemented|not supported|unsupported/i.test(detail)) {
    return unsupportedImage(source, title, detail.replace(/^\w+: /, ''));
  }
  return damaged(source, title, detail, cause);
}

/** The library's messages, one a line, without their framing. */
function linesOf(thrown: unknown): readonly string[] {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !/read gave \d+ warnings$/.test(line));
}

function describe(thrown: unknown): string {
  const detail = firstLine(thrown)
    .replace(/^Input (buffer|file)( has corrupt header)?:? ?/, '')
    .replace(/^Vips\w*: /, '');
  return detail === '' || detail.startsWith('contains unsupported') ? 'its header cannot be read' : detail;
}

/** PIL's CMYK → RGB: (255 − k) − round(c · (255 − k) / 255), in its integer arithmetic. */
function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const white = 255 - cmyk[from + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = cmyk[from + c]! * white + 128;
      rgb[to + c] = Math.max(0, white - (((product >> 8) + product) >> 8));
    }
  }
  return rgb;
}

/**
 * Signed, 32-bit and float samples have no range of their own: 0 … 1 is scaled by 255, 0 … 255 kept, 0 … 65535 divided
 * by 257, and anything else stretched from its smallest to its largest value. Values that are not finite become the
 * smallest.
 */
export function toByteRange(samples: Float32Array): {
  readonly data: Float32Array;
  readonly notes: readonly string[];
} {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let missing = 0;
  for (const value of samples) {
    if (!Number.isFinite(value)) {
      missing++;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) low = high = 0;
  const [offset, scale, note] =
    low >= 0 && high <= 1
      ? [0, 255, 'samples taken as 0 … 1']
      : low >= 0 && high <= 255
        ? [0, 1, 'samples taken as 0 … 255']
        : low >= 0 && high <= 65535
          ? [0, 1 / 257, 'samples taken as 0 … 65535']
          : [low, high > low ? 255 / (high - low) : 0, `samples stretched from ${low} … ${high}`];
  const data = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    data[i] = ((Number.isFinite(value) ? value : low) - offset) * scale;
  }
  const narrow = scale === 1 / 257 ? narrowNote(high) : null;
  const lost =
    missing > 0 ? `${missing} of its ${samples.length} samples are no finite numbers: taken as ${low}` : null;
  return { data, notes: [note, narrow, lost].filter((each) => each !== null) };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function aligned(buffer: Buffer): ArrayBuffer {
  if (
    buffer.byteOffset % 8 === 0 &&
    buffer.buffer instanceof ArrayBuffer &&
    buffer.length === buffer.buffer.byteLength
  ) {
    return buffer.buffer;
  }
  return new Uint8Array(buffer).buffer;
}
