import type { Size } from '../contracts/geometry.ts';
import type { IMAGE_ENDINGS } from '../contracts/imageEndings.ts';

/**
 * A decoded image as a training pipeline would read it and a person would see it: EXIF rotation applied, DICOM
 * rescaled, windowed and inverted for MONOCHROME1, embedded colour profiles ignored and alpha dropped (both as in PIL's
 * `convert('RGB')`), 16 bit kept. Samples are row by row, channels interleaved.
 */
export interface Image {
  readonly size: Size;
  /** 1 grey, 3 RGB. */
  readonly channels: 1 | 3;
  readonly data: Uint8Array | Uint16Array | Float32Array;
  /** Largest value a sample can have: 255, 65535, or 255 for windowed DICOM held as float. */
  readonly max: number;
  readonly format: string;
  /** The conversions on the way, for people: 'rotated by EXIF', 'windowed 2048 ± 4096'. */
  readonly notes: readonly string[];
  /** Ids that annotation files may use for this image in addition to its path (DICOM SOP Instance UID …). */
  readonly ids: readonly string[];
  /** All bands of the file, if it has others than `data`. */
  readonly bands?: Bands;
  /** Set if a browser shows exactly these pixels when it is given the file itself. */
  readonly browserMime?: 'image/png' | 'image/jpeg' | 'image/webp';
}

/** Samples of any number of bands, interleaved. */
export interface Bands {
  readonly count: number;
  readonly data: Uint8Array | Uint16Array | Float32Array;
  /** As in {@link Image}: 255, 65535, or 255 for values that are taken as they are. */
  readonly max: number;
}

/** An image file in memory. The path is for messages only. */
export interface ImageSource {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Names that it had before, which annotation files may use. */
  readonly ids?: readonly string[];
}

/** A format that {@link Image}s are read from; declared once, in its own file. */
export interface ImageFormat {
  readonly id: keyof typeof IMAGE_ENDINGS;
  /** In a sentence: 'is a damaged PNG'. */
  readonly title: string;
  /** Whether the file's first bytes (up to 4 KiB) claim this format. */
  readonly sniff: (head: Uint8Array, path: string) => boolean;
  /** Throws `image`, and `cancelled` if a decoder on a thread was ended by the signal. */
  readonly decode: (source: ImageSource, signal?: AbortSignal) => Promise<Image>;
}
