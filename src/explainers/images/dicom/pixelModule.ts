import type { ImageSource } from '../image.ts';
import { checkSize, damaged, unsupportedImage } from '../limits.ts';
import { type DicomFile, text } from './dataset.ts';

/** The Image Pixel module: how stored samples are laid out (PS3.3 C.7.6.3). */
export interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly allocated: 1 | 8 | 16 | 32;
  readonly stored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly photometric: string;
  /** Colour planes one after another instead of interleaved. */
  readonly planar: boolean;
  readonly frames: number;
}

/** PS3.3 C.7.6.24 and C.7.6.25: pixels of parametric maps. */
const FLOAT_PIXELS = [
  ['x7fe00008', '32-bit floats (Float Pixel Data)'],
  ['x7fe00009', '64-bit floats (Double Float Pixel Data)'],
] as const;

/** Reads and checks the layout before anything is allocated. Throws `image`. */
export function pixelLayout(source: ImageSource, file: DicomFile): PixelLayout {
  const { data } = file;
  const rows = data.uint16('x00280010');
  const columns = data.uint16('x00280011');
  if (rows === undefined || columns === undefined) {
    const modality = text(file, 'x00080060');
    throw unsupportedImage(source, 'DICOM', `it holds no picture${modality === '' ? '' : ` (modality ${modality})`}`);
  }
  checkSize(source.path, rows, columns);
  for (const [tag, name] of FLOAT_PIXELS) {
    if (data.elements[tag] !== undefined) throw unsupportedImage(source, 'DICOM', `its pixels are ${name}`);
  }
  const samples = data.uint16('x00280002') ?? 1;
  const allocated = data.uint16('x00280100') ?? 0;
  const stored = data.uint16('x00280101') ?? allocated;
  const highBit = data.uint16('x00280102') ?? stored - 1;
  if (samples !== 1 && samples !== 3) throw unsupportedImage(source, 'DICOM', `${samples} samples per pixel`);
  if (allocated !== 1 && allocated !== 8 && allocated !== 16 && allocated !== 32) {
    throw unsupportedImage(source, 'DICOM', `${allocated} bits per sample`);
  }
  if (stored < 1 || stored > allocated || highBit < stored - 1 || highBit >= allocated) {
    throw damaged(source, 'DICOM', `${stored} bits up to bit ${highBit} do not fit in ${allocated} allocated ones`);
  }
  const photometric = text(file, 'x00280004').trim() || (samples === 3 ? 'RGB' : 'MONOCHROME2');
  return {
    rows,
    columns,
    samples,
    allocated,
    stored,
    highBit,
    signed: data.uint16('x00280103') === 1,
    photometric,
    planar: samples === 3 && data.uint16('x00280006') === 1,
    frames: Math.max(1, Math.trunc(Number(text(file, 'x00280008')) || 1)),
  };
}

/** Bits of one pixel sample as stored, unsigned; {@link signedReader} restores the sign. Channels interleaved. */
export type StoredSamples = Uint8Array | Uint16Array | Uint32Array;

/**
 * Turns stored bits into a value: drops bits above and below the stored ones, and applies two's complement if signed.
 */
export function signedReader(layout: PixelLayout): (bits: number) => number {
  const shift = layout.highBit + 1 - layout.stored;
  const unused = 32 - layout.stored;
  return layout.signed
    ? (bits) => ((bits >>> shift) << unused) >> unused
    : (bits) => ((bits >>> shift) << unused) >>> unused;
}
