import type { Size } from '../geometry.ts';

/** A region in pixels of the annotation's own image size; x to the right, y down, pixel edges are integers. */
export type Shape =
  | { readonly kind: 'box'; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /**
   * Rings, each [x0, y0, x1, y1, …]: `evenOdd` (the default) makes a ring within a ring a hole, `union` adds it (COCO).
   */
  | { readonly kind: 'polygon'; readonly rings: readonly (readonly number[])[]; readonly fill?: 'evenOdd' | 'union' }
  /** Run lengths in column-major order, zeros first (COCO). */
  | { readonly kind: 'runs'; readonly size: Size; readonly counts: readonly number[] };

/** One person's statement about one class in one image. */
export interface Annotation {
  /** The label as it is in the file. */
  readonly label: string;
  /** Null: the class is present, but nobody drew where. */
  readonly shape: Shape | null;
  /** The file's own id of this annotation, if any. */
  readonly id?: string;
  readonly reader?: string;
  /** 1-based line in the file, for diagnostics. */
  readonly line?: number;
}

/** The content of one file about one image. */
export interface AnnotatedImage {
  /** The file's name for the image: a name, path or UID. */
  readonly image: string;
  /** The size that the coordinates refer to, if the file declares it. */
  readonly size: Size | null;
  readonly annotations: readonly Annotation[];
  /** The labels that the annotators looked for in this image, if it differs from {@link AnnotationFile.labels}. */
  readonly labels?: readonly string[];
  /** Labels that may be in the image; the file says that this is uncertain. */
  readonly uncertain?: readonly string[];
  /** 1-based line of the image's entry, if the file has one: the place of a missing label. */
  readonly line?: number;
}

export interface AnnotationFile {
  readonly path: string;
  readonly format: string;
  /**
   * Labels that the file covers; null if it does not say. A class listed here but not annotated is absent in an image.
   */
  readonly labels: readonly string[] | null;
  readonly images: readonly AnnotatedImage[];
  /** What was skipped and why, with line or key. */
  readonly problems: readonly string[];
}
