import type { Size } from './geometry.ts';

/**
 * A decoded image as a person would see it: EXIF rotation applied, DICOM rescaled, windowed and inverted where MONOCHROME1
 * says so, alpha composited on white, 16 bit kept. Samples are row by row, channels interleaved.
 */
export interface Image {
  readonly size: Size;
  /** 1 grey, 3 RGB. */
  readonly channels: 1 | 3;
  readonly data: Uint8Array | Uint16Array | Float32Array;
  /** Largest value a sample can have: 255, 65535, or 255 for windowed DICOM held as float. */
  readonly max: number;
  readonly format: string;
  /** What was done on the way, for people: 'rotated by EXIF', 'windowed 2048 ± 4096'. */
  readonly notes: readonly string[];
  /** Ids by which annotation files may call this image, beside its path (DICOM SOP Instance UID …). */
  readonly ids: readonly string[];
}
