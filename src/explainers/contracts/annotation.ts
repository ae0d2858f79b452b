import type { Size } from './geometry.ts';

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
  /** The labels that were looked for in this very image, where that is not what {@link AnnotationFile.labels} says. */
  readonly labels?: readonly string[];
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
