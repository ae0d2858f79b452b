import type { FindingKind, FindingKindInfo, ImageAnnotation } from '../results.ts';
import type { Beliefs } from './beliefs.ts';

/** What is known of one image when its labels are judged. */
export interface CheckedImage {
  /** Absolute path. */
  readonly path: string;
  /** One of many: a label of the image says that the other classes are not there (`multi-class`). */
  readonly exclusive: boolean;
  /** Per class: the model's score as a probability. */
  readonly scores: Float32Array;
  readonly predicted: (index: number) => boolean;
  /** Per class: what the files say; classes not in it: unknown. */
  readonly states: ReadonlyMap<number, 'drawn' | 'present' | 'absent'>;
  readonly annotations: readonly ImageAnnotation[];
  /** Where a file says that a class is absent: by listing the image without it. */
  readonly absentIn: ReadonlyMap<number, Place>;
  /** Of annotations with a shape, where maps were made: how the evidence lies to it. */
  readonly regions: ReadonlyMap<ImageAnnotation, Region>;
}

export interface Place {
  readonly file: string;
  readonly line: number | null;
}

/** A shape and the evidence of the classes, on the part of the image that the model sees. */
export interface Region {
  /** The share of the image that the shape covers. */
  readonly area: number;
  /** Per class: the share of its evidence that lies within; none where no map was made, or an empty one. */
  readonly energy: ReadonlyMap<number, number>;
  /** The share of equally large boxes in the image that hold more of the evidence for the annotation's own class. */
  readonly outdone: number;
}

/** Something that may be wrong with a label. */
export interface Suspicion {
  readonly kind: FindingKind;
  readonly index: number;
  readonly instead?: number;
  /** 0 … 1 */
  readonly score: number;
  /** Enough to be shown; the others only take part in rankings of everything. */
  readonly sure: boolean;
  readonly message: (labels: readonly string[]) => string;
  /** The annotation in question; null: one is missing at `place`. */
  readonly annotation: ImageAnnotation | null;
  readonly place: Place;
}

/** A kind of finding, declared in its own file. */
export interface Kind extends FindingKindInfo {
  find(image: CheckedImage, beliefs: Beliefs): readonly Suspicion[];
}

export function defineKind(kind: Kind): Kind {
  return kind;
}

export function placeOf({ file, line }: ImageAnnotation): Place {
  return { file, line: line ?? null };
}

/** The first annotation of a class in each file that has one. */
export function firstInEachFile(image: CheckedImage, index: number): readonly ImageAnnotation[] {
  const files = new Map<string, ImageAnnotation>();
  for (const each of image.annotations) if (each.index === index && !files.has(each.file)) files.set(each.file, each);
  return [...files.values()];
}

/** A score as messages write it. */
export function figure(value: number): string {
  return value > 0 && value < 0.005 ? '<0.01' : value < 1 && value >= 0.995 ? '>0.99' : value.toFixed(2);
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 0.05 ? '<0.1' : value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
