import path from 'node:path';
import type { AnnotationFormat, FormatInput } from '../annotations/format.ts';
import { quoted } from '../annotations/problems.ts';
import type { AnnotatedImage, Annotation, AnnotationFile } from '../contracts/labels/annotation.ts';
import type { FixPlan, LabelChange, TextEdit } from '../contracts/labels/fix.ts';
import { ExplainError } from '../errors.ts';
import { sha256OfBytes } from '../files/sha256.ts';
import { EXPORT_INSTEAD, type FixTarget, refused } from './fixer.ts';
import { fixers } from './fixers.ts';
import { SourceText } from './sourceText.ts';
import { isExactly } from './verify.ts';

/** VS Code itself opens no larger text. */
const MAX_BYTES = 50 * 2 ** 20;

/** A change, with the file's bytes after it. */
export interface FixedFile {
  readonly edits: readonly TextEdit[];
  readonly text: string;
  readonly before: AnnotationFile;
  readonly after: Uint8Array;
}

/**
 * The smallest edits of an annotation file that make one change of a label. The result is read again and compared: it
 * says what the file said, with exactly that change. Throws `annotation` for a change that the file cannot hold.
 * @param change boxes and labels as the file has them
 */
export function fixLabel(
  file: FormatInput,
  format: AnnotationFormat,
  target: FixTarget,
  change: LabelChange,
  before: AnnotationFile = format.parse(file),
): FixedFile {
  const image = before.images[target.image]!;
  const annotation = target.annotation === null ? null : image.annotations[target.annotation]!;
  const input = { file, parsed: before, image, annotation, change };
  const fixer = fixers.get(format.id);
  if (!fixer)
    throw refused(input, `Labels in files of the kind ${format.title} cannot be changed in place.`, EXPORT_INSTEAD);
  if (file.bytes.length > MAX_BYTES)
    throw refused(
      input,
      `The file has ${Math.round(file.bytes.length / 2 ** 20)} MB, and labels are changed in files up to ${MAX_BYTES / 2 ** 20} MB.`,
      EXPORT_INSTEAD,
    );
  const source = new SourceText(file.path, file.bytes, fixer.declared ?? false);
  const equal = (each: typeof annotation) =>
    each?.line === annotation?.line && each?.label === annotation?.label && each?.id === annotation?.id;
  const nth = image.annotations.slice(0, target.annotation ?? 0).filter(equal).length;
  const made = fixer.edits({
    ...input,
    change: isSaid(image, annotation, change) ? { kind: 'remove' } : change,
    text: source.text,
    nth,
  });
  const edits = made.filter(({ start, end, text }) => source.text.slice(start, end) !== text);
  if (edits.length === 0)
    throw refused(input, 'The file already says this, so there is nothing to change.', 'Choose another change.');
  const after = source.bytesAfter(edits);
  if (!holds(file, format, after, before, target, change))
    throw refused(
      input,
      'The change could not be made in this file without changing something else.',
      `Correct the label ${quoted(annotation?.label ?? '')} by hand.`,
    );
  return { edits, text: source.text, before, after };
}

/** The new class is a label of the image already, which is not said twice. */
function isSaid({ annotations }: AnnotatedImage, annotation: Annotation | null, change: LabelChange): boolean {
  if (change.kind !== 'class' || annotation?.shape !== null) return false;
  return annotations.some(
    (each) =>
      each !== annotation && each.label === change.to && each.shape === null && each.reader === annotation.reader,
  );
}

function holds(
  file: FormatInput,
  format: AnnotationFormat,
  bytes: Uint8Array,
  before: AnnotationFile,
  target: FixTarget,
  change: LabelChange,
): boolean {
  try {
    return isExactly(before, format.parse({ ...file, bytes }), target, change);
  } catch (thrown) {
    if (!(thrown instanceof ExplainError)) throw thrown;
    return false;
  }
}

/** The same as a plan that another process carries out. */
export function planOf({ edits, text, after }: FixedFile, file: FormatInput, summary: string): FixPlan {
  return {
    kind: 'edit',
    file: file.path,
    summary,
    edits,
    sha256: sha256OfBytes(file.bytes),
    textSha256: sha256OfBytes(Buffer.from(text, 'utf8')),
    afterSha256: sha256OfBytes(after),
  };
}

/** The move of an image to the folder of another class. Throws `annotation` for any other change. */
export function moveImage(
  folder: FormatInput,
  before: AnnotationFile,
  target: FixTarget,
  change: LabelChange,
): Extract<FixPlan, { kind: 'move' }> {
  const image = before.images[target.image]!;
  const annotation = target.annotation === null ? null : image.annotations[target.annotation]!;
  const input = { file: folder, image, annotation };
  if (change.kind !== 'class')
    throw refused(
      input,
      'The folder of an image is its class, so an image has exactly one.',
      'Change the class of the label instead, or delete the image.',
    );
  const parts = image.image.split('/');
  const at = parts.indexOf(annotation!.label);
  const known = before.labels?.includes(change.to);
  if (!known || at < 0)
    throw refused(
      input,
      `There is no folder of the class ${quoted(change.to)}.`,
      'Create the folder first, or choose another class.',
    );
  const from = path.join(folder.path, image.image);
  const to = path.join(folder.path, ...parts.map((part, i) => (i === at ? change.to : part)));
  return {
    kind: 'move',
    file: folder.path,
    summary: `${parts.at(-1)} moves from ${annotation!.label} to ${change.to}.`,
    from,
    to,
  };
}
