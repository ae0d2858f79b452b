import type { Size } from '../contracts/geometry.ts';
import type { AnnotationFile } from '../contracts/labels/annotation.ts';
import type { StoredSamples } from '../images/dicom/pixelModule.ts';
import type { Steps } from '../steps.ts';
import type { AnnotationIndex } from './annotationIndex.ts';
import type { ReadSegments } from './segments.ts';

/** A decoded picture: row by row, samples of a pixel together. */
export interface Picture {
  readonly size: Size;
  readonly channels: number;
  readonly max: number;
  readonly samples: Uint8Array | Uint16Array;
}

export interface FormatInput {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What a format needs decoded before it can parse, because the decoder is native code on threads of its own. */
  readonly picture?: Picture;
  /** The same for compressed DICOM frames: the stored samples of each. */
  readonly frames?: readonly StoredSamples[];
  /** It is a folder, and the bytes are the paths of its images, one a line. */
  readonly folder?: true;
  /**
   * Small files next to it that supply what it omits: `data.yaml`, `classes.txt`. By name; absent: none were looked
   * for.
   */
  readonly beside?: ReadonlyMap<string, Uint8Array>;
}

/** An annotation format, declared in its own file. */
export interface AnnotationFormat {
  readonly id: string;
  readonly title: string;
  /** Its row in docs/annotations.md. */
  readonly page: {
    readonly shapes: string;
    /** Whether a file says that a class is absent from an image. */
    readonly absent: string;
    /** What an image is found by. */
    readonly image: string;
  };
  /** Possible extensions: '.json', '.csv'. */
  readonly extensions: readonly string[];
  /** It reads a folder and not a file. */
  readonly folder?: true;
  /** Names of small files that supply what a file of this format omits; looked for in its folder and the two above. */
  readonly beside?: readonly string[];
  /** Which paths with such an extension may have this format, if not all. Others are not opened during a search. */
  mayBe?(path: string): boolean;
  /**
   * Its files may hold masks, which can take long to decode however small the file is: they are always parsed on a
   * thread.
   */
  readonly masks?: true;
  /** Does it need the decoded picture of this file? */
  needsPicture?(file: FormatInput): boolean;
  /** Does it need the decompressed frames of this DICOM file? */
  needsFrames?(file: FormatInput): boolean;
  /** True only if the content has exactly this format; exactly one format claims a file. */
  sniff(file: FormatInput): boolean;
  /** Throws `annotation` with a line or key for a broken file of this format. */
  parse(file: FormatInput): AnnotationFile;
  /**
   * The same for a file that is too large to be parsed into objects: {@link parse}, image by image.
   * @param segments reads a PNG of segments next to it, on a thread
   */
  index?(file: FormatInput, segments: ReadSegments): Steps<AnnotationIndex>;
}

export function defineFormat(format: AnnotationFormat): AnnotationFormat {
  return format;
}
