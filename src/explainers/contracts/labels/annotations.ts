// Plain data about human annotations of images.
import type { Shape } from './annotation.ts';

/** How well the readers of one class agree: the ceiling for anything that is compared with them. */
export interface ReaderAgreement {
  readonly index: number;
  readonly label: string;
  readonly readers: readonly string[];
  /** How many of them drew the class. */
  readonly drew: number;
  /**
   * Mean IoU over all pairs of readers in which at least one drew the class, 0 to 1; it is 0 for a pair in which only
   * one did.
   */
  readonly iou: number;
}

/** One annotation matched to a class of the model, in pixels of the original image. */
export interface ImageAnnotation {
  /** Class index of the model; null if the label matches none. */
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
  /** State by class index. Classes not listed are unknown. */
  readonly states: Readonly<Record<number, ClassState>>;
  /** For each file that says that classes are absent: which, and the line of the image's entry in it. */
  readonly absentIn?: readonly {
    readonly file: string;
    readonly line: number | null;
    readonly classes: readonly number[];
  }[];
  readonly files: readonly { readonly path: string; readonly format: string; readonly images: number }[];
  /** If several readers annotated the image: how well they agree on each class that one of them drew. */
  readonly readers?: readonly ReaderAgreement[];
  /** Files that could not be read, labels that match no class, … */
  readonly problems: readonly string[];
}

/**
 * What annotation files say about a class in an image: drawn; present without a place; absent, because a file that
 * covers the class lists the image without it; or uncertain, because a file says that it may be there. A class without
 * a state is unknown.
 */
export type ClassState = 'drawn' | 'present' | 'absent' | 'uncertain';

/** Do the files say that the class is in the image? An uncertain one may be. */
export function isThere(state: ClassState | undefined): boolean {
  return state === 'drawn' || state === 'present';
}

/** The content of an annotation file, and its parts that match nothing. */
export interface AnnotationFileInfo {
  readonly path: string;
  readonly format: string;
  /** How many images it mentions. */
  readonly images: number;
  /** Images that were not found nearby: their number and the first names. Null: there are too many files to check. */
  readonly missing: { readonly count: number; readonly names: readonly string[] } | null;
  /** Its labels that match no class of the model, or several. */
  readonly unmatched: readonly string[];
  readonly problems: readonly string[];
}

export interface AnnotationFiles {
  readonly files: readonly AnnotationFileInfo[];
  /** Files that do not exist or cannot be read. */
  readonly problems: readonly string[];
}
