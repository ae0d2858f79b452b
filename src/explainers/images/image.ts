import type { Size } from '../contracts/geometry.ts';
import type { IMAGE_ENDINGS } from '../contracts/imageEndings.ts';

/**
 * A decoded image as a training pipeline would read it and a person see it: EXIF rotation applied, DICOM rescaled, windowed
 * and inverted where MONOCHROME1 says so, embedded colour profiles ignored and alpha dropped (both as PIL's
 * `convert('RGB')` does), 16 bit kept. Samples are row by row, channels interleaved.
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
  /** Set where a browser shows the file itself as these very pixels. */
  readonly browserMime?: 'image/png' | 'image/jpeg' | 'image/webp';
}

/** An image file in memory. The path is for messages only. */
export interface ImageSource {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A format that {@link Image}s are read from; announced once, in its own file. */
export interface ImageFormat {
  readonly id: keyof typeof IMAGE_ENDINGS;
  /** In a sentence: 'is a damaged PNG'. */
  readonly title: string;
  /** Whether the file's first bytes (up to 4 KiB) claim this format. */
  readonly sniff: (head: Uint8Array, path: string) => boolean;
  /** Throws `image`. */
  readonly decode: (source: ImageSource) => Promise<Image>;
}
