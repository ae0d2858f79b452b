import type { ImageSource } from '../image.ts';
import { damaged } from '../limits.ts';
import { type DicomFile, type Element, pixelElement } from './dataset.ts';
import type { PixelLayout, StoredSamples } from './pixelModule.ts';

/** The compressed bytes of the first frame: its fragments joined (PS3.5 A.4). Throws `image`. */
export function encapsulatedFrame(source: ImageSource, file: DicomFile, layout: PixelLayout): Uint8Array {
  const element = requirePixels(source, file);
  const fragments = element.fragments ?? [];
  const bytes = file.data.byteArray;
  if (fragments.length === 0) throw damaged(source, 'DICOM', 'it has no compressed pixels');
  const parts: Uint8Array[] = [];
  for (const [i, fragment] of fragments.entries()) {
    const end = fragment.position + fragment.length;
    if (end > bytes.length) throw damaged(source, 'DICOM', 'its compressed pixels are cut off');
    parts.push(bytes.subarray(fragment.position, end));
    if (frameEndsAfter(element, layout, i, parts.at(-1)!)) break;
  }
  return parts.length === 1 ? parts[0]! : new Uint8Array(Buffer.concat(parts));
}

/**
 * The compressed bytes of every frame: one fragment each, else as the offsets of the frames say, else all fragments of
 * the only one. Throws `image`.
 */
export function encapsulatedFrames(source: ImageSource, file: DicomFile, layout: PixelLayout): readonly Uint8Array[] {
  const { fragments = [], basicOffsetTable: offsets = [] } = requirePixels(source, file);
  const bytes = file.data.byteArray;
  const parts = fragments.map(({ position, length, offset }) => {
    if (position + length > bytes.length) throw damaged(source, 'DICOM', 'its compressed pixels are cut off');
    return { offset, part: bytes.subarray(position, position + length) };
  });
  if (parts.length === layout.frames) return parts.map(({ part }) => part);
  const starts = layout.frames === 1 ? [0] : offsets;
  const frames = starts.map((start, i) => {
    const own = parts.filter(({ offset }) => offset >= start && offset < (starts[i + 1] ?? Number.POSITIVE_INFINITY));
    return new Uint8Array(Buffer.concat(own.map(({ part }) => part)));
  });
  if (frames.length !== layout.frames || frames.some((frame) => frame.length === 0))
    throw damaged(source, 'DICOM', `it has ${fragments.length} compressed parts for ${layout.frames} frames`);
  return frames;
}

function frameEndsAfter(element: Element, layout: PixelLayout, index: number, part: Uint8Array): boolean {
  const fragments = element.fragments ?? [];
  if (layout.frames === 1) return false;
  const second = element.basicOffsetTable?.[1];
  const next = fragments[index + 1];
  if (second !== undefined && second > 0) return next === undefined || next.offset >= second;
  if (fragments.length === layout.frames) return true;
  const end = part.at(-1) === 0 ? part.length - 1 : part.length;
  return part[end - 2] === 0xff && part[end - 1] === 0xd9;
}

/** The first frame's samples of a native (uncompressed) image, channels interleaved. Throws `image`. */
export function nativeFrame(source: ImageSource, file: DicomFile, layout: PixelLayout): StoredSamples {
  const element = requirePixels(source, file);
  const { rows, columns, samples, allocated } = layout;
  const chroma422 = layout.photometric === 'YBR_FULL_422' || layout.photometric === 'YBR_PARTIAL_422';
  const count = rows * columns * (chroma422 ? 2 : samples);
  const length = Math.ceil((count * allocated) / 8);
  const start = element.dataOffset;
  if (
    element.encapsulatedPixelData === true ||
    element.length < length ||
    start + length > file.data.byteArray.length
  ) {
    throw damaged(source, 'DICOM', `its pixels are cut off (${element.length} bytes of ${length})`);
  }
  // Even, because in big endian the last sample may be the second byte of a word.
  const bytes = file.data.byteArray.subarray(start, start + length + (length % 2));
  const stored = unpack(bytes, count, allocated, file.littleEndian, element.vr === 'OB');
  if (chroma422) return expand422(stored, rows * columns);
  return layout.planar ? interleave(stored, rows * columns) : stored;
}

function requirePixels(source: ImageSource, file: DicomFile): Element {
  const element = pixelElement(file);
  if (element === undefined) throw damaged(source, 'DICOM', 'its pixel data are missing');
  return element;
}

/** Samples of so many bits; those of one bit are packed with the first in the lowest bit. */
export function unpack(
  bytes: Uint8Array,
  count: number,
  allocated: number,
  little: boolean,
  bytewise: boolean,
): StoredSamples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (allocated === 16) return Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i, little));
  if (allocated === 32) return Uint32Array.from({ length: count }, (_, i) => view.getUint32(4 * i, little));
  if (allocated === 1) return Uint8Array.from({ length: count }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1);
  // Big endian swaps the bytes of the 16-bit words that OW consists of, even if samples are bytes.
  if (little || bytewise) return bytes.subarray(0, count);
  return Uint8Array.from({ length: count }, (_, i) => bytes[i ^ 1] ?? 0);
}

/** [3][pixels] → [pixels][3] */
export function interleave<T extends StoredSamples>(planes: T, pixels: number): T {
  const out = planes.slice() as T;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) out[3 * i + c] = planes[c * pixels + i]!;
  }
  return out;
}

/** Y1 Y2 Cb Cr per pair of pixels → Y Cb Cr per pixel. */
function expand422(stored: StoredSamples, pixels: number): StoredSamples {
  const out = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const pair = (i >> 1) * 4;
    out[3 * i] = stored[pair + (i & 1)]!;
    out[3 * i + 1] = stored[pair + 2]!;
    out[3 * i + 2] = stored[pair + 3]!;
  }
  return out;
}
