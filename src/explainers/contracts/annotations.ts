// The plain data of what people drew and said about images.
import type { Shape } from './annotation.ts';

/** How well the readers of one class agree: the ceiling for anything that is compared with them. */
export interface ReaderAgreement {
  readonly index: number;
  readonly label: string;
  readonly readers: readonly string[];
  /** How many of them drew the class. */
  readonly drew: number;
  /** Mean IoU of all pairs of readers of whom at least one drew the class, 0 to 1; a pair of whom one did not has 0. */
  readonly iou: number;
}

/** One annotation matched to a class of the model, in pixels of the original image. */
export interface ImageAnnotation {
  /** Class index of the model; null where the label matches none. */
  readonly index: number | null;
  readonly label: string;
  readonly shape: Shape | null;
  readonly file: string;
  readonly format: string;
  readonly id?: string;
  readonly reader?: string;
  readonly line?: number;
}

export interface ImageAnnotations {
  readonly image: string;
  readonly annotations: readonly ImageAnnotation[];
  /** Per class index: what the files say. Classes not listed: unknown. */
  readonly states: Readonly<Record<number, 'drawn' | 'present' | 'absent'>>;
  /** Per class index that is absent: the file that says so, and the line of the image's entry there. */
  readonly absentIn?: Readonly<Record<number, { readonly file: string; readonly line: number | null }>>;
  readonly files: readonly { readonly path: string; readonly format: string; readonly images: number }[];
  /** Where several readers annotated the image: how well they agree on each class that one of them drew. */
  readonly readers?: readonly ReaderAgreement[];
  /** Files that could not be read, labels that match no class, … */
  readonly problems: readonly string[];
}

/** What an annotation file holds, and what of it matches nothing. */
export interface AnnotationFileInfo {
  readonly path: string;
  readonly format: string;
  /** How many images it speaks of. */
  readonly images: number;
  /** Those that are nowhere near: how many, and the first names. Null: there are too many files to tell. */
  readonly missing: { readonly count: number; readonly names: readonly string[] } | null;
  /** Its labels that match no class of the model, or several. */
  readonly unmatched: readonly string[];
  readonly problems: readonly string[];
}

export interface AnnotationFiles {
  readonly files: readonly AnnotationFileInfo[];
  /** Files that are not there, or cannot be read. */
  readonly problems: readonly string[];
}
