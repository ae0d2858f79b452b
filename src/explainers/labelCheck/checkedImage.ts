import type { ClassState } from '../contracts/labels/annotations.ts';
import type { ImageAnnotation } from '../contracts/results.ts';
import type { Look } from './look.ts';

/** What is known about one image when its labels are judged. */
export interface CheckedImage {
  /** Absolute path. */
  readonly path: string;
  /** One of many: a label of the image means that the other classes are absent (`multi-class`). */
  readonly exclusive: boolean;
  /** Per class: the model's score as a probability. */
  readonly scores: Float32Array;
  readonly predicted: (index: number) => boolean;
  /** Per class: what the files say; missing classes are unknown. */
  readonly states: ReadonlyMap<number, ClassState>;
  readonly annotations: readonly ImageAnnotation[];
  /** Where files say that classes are absent, by listing the image without them. */
  readonly absentIn: readonly (Place & { readonly classes: ReadonlySet<number> })[];
  /** For annotations with a shape, if maps were computed: how the evidence relates to the shape. */
  readonly regions: ReadonlyMap<ImageAnnotation, Region>;
  /** Absent: it was not decoded. */
  readonly look?: Look | undefined;
}

export interface Place {
  readonly file: string;
  readonly line: number | null;
}

/** A shape and the evidence of the classes, on the part of the image that the model sees. */
export interface Region {
  /** The share of the image that the shape covers. */
  readonly area: number;
  /** Per class: the share of its evidence inside the shape; none if no map was computed, or it is empty. */
  readonly energy: ReadonlyMap<number, number>;
  /** The share of equally large boxes in the image that hold more of the evidence for the annotation's own class. */
  readonly outdone: number;
}
