import type { FindingKind, FindingKindInfo, ImageAnnotation } from '../contracts/results.ts';
import type { Beliefs } from './beliefs.ts';
import type { CheckedImage, Place } from './checkedImage.ts';

/** A possible fault of a label. */
export interface Suspicion {
  readonly kind: FindingKind;
  readonly index: number;
  readonly instead?: number;
  /** 0 … 1 */
  readonly score: number;
  /** Certain enough to be shown; the others only take part in rankings of everything. */
  readonly sure: boolean;
  readonly message: (labels: readonly string[]) => string;
  /** The annotation in question; null: one is missing at `place`. */
  readonly annotation: ImageAnnotation | null;
  readonly place: Place;
  /** It is about the annotation's region; the others are about the class in the image, wherever it is. */
  readonly ofRegion?: true;
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

/** A score in the format of messages. */
export function figure(value: number): string {
  return value > 0 && value < 0.005 ? '<0.01' : value < 1 && value >= 0.995 ? '>0.99' : value.toFixed(2);
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 0.05 ? '<0.1' : value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
