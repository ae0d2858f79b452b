import { mapped } from '../../lists.ts';
import type { ImageSource } from '../image.ts';
import { TAG, type TiffDirectory } from './directory.ts';
import type { TiffLayout } from './layout.ts';

/** The type of 16-bit integers. */
const SHORT = 3;
const KEPT: ReadonlySet<number> = new Set(Object.values(TAG));

/**
 * The file with one page, and only those entries of its directory that describe the layout of the pixels. Every
 * complaint of the image library is then about the pixels. Samples whose format the library does not read correctly are
 * declared as plain numbers of as many bits.
 */
export function plainTiff(source: ImageSource, directory: TiffDirectory, layout: TiffLayout): ImageSource {
  const { little, big } = directory;
  const dropped = new Set<number>([TAG.subfileType]);
  if (readAsBits(layout)) dropped.add(TAG.sampleFormat);
  if (layout.unused > 0) dropped.add(TAG.extraSamples);
  const [head, size, link] = big ? [8, 20, 8] : [2, 12, 4];
  const kept = [...directory.entries]
    .filter(([tag, entry]) => KEPT.has(tag) && !dropped.has(tag) && directory.inFile(entry))
    .map(([tag, { at }]) => ({ tag, bytes: source.bytes.subarray(at, at + size) }));
  // Transparency counts only if it is the only sample after the colour.
  if (layout.unused > 0) kept.push({ tag: TAG.extraSamples, bytes: unspecified(layout.unused, size, little) });
  kept.sort((a, b) => a.tag - b.tag);
  const start = source.bytes.length + (source.bytes.length % 2);
  const bytes = new Uint8Array(start + head + kept.length * size + link);
  bytes.set(source.bytes);
  const view = new DataView(bytes.buffer);
  if (big) {
    view.setBigUint64(8, BigInt(start), little);
    view.setBigUint64(start, BigInt(kept.length), little);
  } else {
    view.setUint32(4, start, little);
    view.setUint16(start, kept.length, little);
  }
  for (const [i, entry] of kept.entries()) bytes.set(entry.bytes, start + head + i * size);
  return { path: source.path, bytes };
}

/** An entry that declares so many samples (two at most, so that they fit in the entry) as unspecified. */
function unspecified(samples: number, size: number, little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  view.setUint16(0, TAG.extraSamples, little);
  view.setUint16(2, SHORT, little);
  if (size === 20) view.setBigUint64(4, BigInt(samples), little);
  else view.setUint32(4, samples, little);
  return new Uint8Array(view.buffer);
}

/** The type of the samples, if the library returns their bits as plain numbers; null if it reads them itself. */
export function readAsBits({ bits, format }: TiffLayout): ((samples: Uint8Array | Uint16Array) => Float32Array) | null {
  if (format === 'float' && bits === 16) return (samples) => mapped(Float32Array, samples, halfFloat);
  if (format === 'signed' && bits <= 16) {
    const unused = 32 - bits;
    return (samples) => mapped(Float32Array, samples, (value) => (value << unused) >> unused);
  }
  return null;
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
