import type { FormatInput } from '../annotations/format.ts';
import { quoted } from '../annotations/problems.ts';
import type { AnnotatedImage, Annotation, AnnotationFile } from '../contracts/labels/annotation.ts';
import type { FixBox, LabelChange, TextEdit } from '../contracts/labels/fix.ts';
import { ExplainError } from '../errors.ts';

/** Which label: positions among the file's images and the image's annotations; null: one is added. */
export interface FixTarget {
  readonly image: number;
  readonly annotation: number | null;
}

/** What a format's fixer is given; boxes and labels are those of the file. */
export interface FixInput {
  readonly file: FormatInput;
  readonly text: string;
  readonly parsed: AnnotationFile;
  readonly image: AnnotatedImage;
  /** Null: a label is added. */
  readonly annotation: Annotation | null;
  /** Which one it is among equal ones: of the same line and label, in order. */
  readonly nth: number;
  readonly change: LabelChange;
}

/** How one format writes a change; throws `annotation` for one that it cannot hold. */
export interface Fixer {
  /** The file may declare its encoding. */
  readonly declared?: true;
  edits(input: FixInput): readonly TextEdit[];
}

/** A change that a file cannot hold, and what to do instead. */
export function refused(
  { file, annotation, image }: Pick<FixInput, 'file' | 'annotation' | 'image'>,
  why: string,
  next: string,
) {
  const line = annotation?.line ?? image.line;
  const subject = line === undefined ? file.path : `${file.path}:${line}`;
  return new ExplainError({ kind: 'annotation', message: why, subject, next });
}

const OUTLINE = 'Correct the outline in the tool that drew it, or remove the label and add a box.';

/** Where labels cannot be changed in place, neither can those of a corrected copy. */
export const EXPORT_INSTEAD =
  'Export the labels as COCO instead: by Export Labels in VS Code, or by saliency-lens check --export coco=FILE.';

/** A box cannot take the place of an outline or a mask. */
export function notABox(input: FixInput, what: string): ExplainError {
  return refused(input, `The label ${quoted(input.annotation?.label)} is ${what}, and a box would lose it.`, OUTLINE);
}

/** @param what what has boxes: 'VOC' */
export function needsBox(input: FixInput, what: string): ExplainError {
  return refused(input, `${what} says where each object is, so a new one needs a box.`, 'Draw a box.');
}

export function unknownClass(input: FixInput, label: string, where: string): ExplainError {
  return refused(input, `${where} has no class ${quoted(label)}.`, 'Add the class there first, or choose another one.');
}

/** Left, top, right, bottom. */
export function cornersOf({ x, y, width, height }: FixBox): readonly [number, number, number, number] {
  return [x, y, x + width, y + height];
}

/** The same in the order of two old corners: which of them is left and which is above stays as it is. */
export function cornersLike([a, b, c, d]: readonly number[], box: FixBox): readonly [number, number, number, number] {
  const [left, top, right, bottom] = cornersOf(box);
  const [x0, x1] = a! <= c! ? [left, right] : [right, left];
  const [y0, y1] = b! <= d! ? [top, bottom] : [bottom, top];
  return [x0, y0, x1, y1];
}
