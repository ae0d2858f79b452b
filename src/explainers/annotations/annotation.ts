import type { Size } from '../images/geometry.ts';
import type { AnnotationIndex } from './annotationIndex.ts';
import type { Steps } from './steps.ts';

/** A region in pixels of the annotation's own image size; x to the right, y down, pixel edges are integers. */
export type Shape =
  | { readonly kind: 'box'; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Rings, each [x0, y0, x1, y1, …]: `evenOdd` (the default) makes a ring within a ring a hole, `union` adds it (COCO). */
  | { readonly kind: 'polygon'; readonly rings: readonly (readonly number[])[]; readonly fill?: 'evenOdd' | 'union' }
  /** Run lengths in column-major order, zeros first (COCO). */
  | { readonly kind: 'runs'; readonly size: Size; readonly counts: readonly number[] };

/** One human statement about one class in one image. */
export interface Annotation {
  /** Label as the file writes it. */
  readonly label: string;
  /** Null: the class is present, nobody drew where. */
  readonly shape: Shape | null;
  /** The file's own id of this annotation, if any. */
  readonly id?: string;
  readonly reader?: string;
  /** 1-based line in the file, for diagnostics. */
  readonly line?: number;
}

/** What one file says of one image. */
export interface AnnotatedImage {
  /** The name, path or UID by which the file calls the image. */
  readonly image: string;
  /** Size that the coordinates are for, where the file declares it. */
  readonly size: Size | null;
  readonly annotations: readonly Annotation[];
  /** 1-based line of the image's entry, where the file has one: the place of a label that is missing. */
  readonly line?: number;
}

export interface AnnotationFile {
  readonly path: string;
  readonly format: string;
  /** Labels that the file can speak of; null where it does not say. A class listed here but not annotated is absent in an image. */
  readonly labels: readonly string[] | null;
  readonly images: readonly AnnotatedImage[];
  /** What was skipped and why, with line or key. */
  readonly problems: readonly string[];
}

export interface FormatInput {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Small files beside it that say what it leaves out: `data.yaml`, `classes.txt`. By name; absent: none were looked for. */
  readonly beside?: ReadonlyMap<string, Uint8Array>;
}

/** An annotation format, declared in its own file. */
export interface AnnotationFormat {
  readonly id: string;
  readonly title: string;
  /** Glob-like endings it may have: '.json', '.csv'. */
  readonly extensions: readonly string[];
  /** Names of small files that say what a file of this format leaves out; looked for in its folder and the two above. */
  readonly beside?: readonly string[];
  /** Which paths with such an ending may be of this format, where not all: found by looking around, others are not opened. */
  mayBe?(path: string): boolean;
  /** True only if the content is of this very format: exactly one format claims a file. */
  sniff(file: FormatInput): boolean;
  /** Throws `annotation` with line or key for a file that is this format but broken. */
  parse(file: FormatInput): AnnotationFile;
  /** The same for a file that is too large to be held as objects: {@link parse} of it, image by image. */
  index?(file: FormatInput): Steps<AnnotationIndex>;
}

export function defineFormat(format: AnnotationFormat): AnnotationFormat {
  return format;
}
