import { bounds } from '../annotations/shapes/shapes.ts';
import type { AnnotatedImage, Annotation, AnnotationFile, Shape } from '../contracts/labels/annotation.ts';
import type { FixBox, LabelChange } from '../contracts/labels/fix.ts';
import { cornersOf, type FixTarget } from './fixer.ts';

/** Numbers are rounded as the file writes them: to pixels at worst, or to four digits of a fraction. */
const PIXEL = 1.01;
const SHARE = 2e-4;

/**
 * Does the file after a change say exactly what it said before, but for the change? Every fix is read again and
 * compared before anybody sees it, so a mistake in a fixer becomes a refusal and not a damaged file.
 */
export function isExactly(
  before: AnnotationFile,
  after: AnnotationFile,
  target: FixTarget,
  change: LabelChange,
): boolean {
  if (before.format !== after.format) return false;
  const own = before.images[target.image]!;
  const rest = remaining(before, after, own, change);
  if (!rest || !sameLabels(before, after, own, target, change)) return false;
  const [others, changed] = rest;
  if (!others) return false;
  return changed ? sameImage(own, changed, target.annotation, change) : own.annotations.length <= 1;
}

/** Whether all other images are the same, and the changed one; none: its last label was its only row. */
function remaining(
  before: AnnotationFile,
  after: AnnotationFile,
  own: AnnotatedImage,
  change: LabelChange,
): readonly [same: boolean, changed: AnnotatedImage | null] | null {
  const gone = after.images.length === before.images.length - 1 && change.kind === 'remove';
  if (!gone && after.images.length !== before.images.length) return null;
  let changed: AnnotatedImage | null = null;
  let same = true;
  let k = 0;
  for (const image of before.images) {
    if (image === own) {
      if (!gone) changed = after.images[k++]!;
      continue;
    }
    same &&= plainImage(image) === plainImage(after.images[k++]!);
  }
  return [same, changed];
}

function sameImage(before: AnnotatedImage, after: AnnotatedImage, place: number | null, change: LabelChange): boolean {
  if (before.image !== after.image || !sameSize(before, after)) return false;
  const old = place === null ? null : before.annotations[place]!;
  const others = before.annotations.filter((_, i) => i !== place).map(plain);
  const left = [...after.annotations];
  for (const text of others) {
    const found = left.findIndex((each) => plain(each) === text);
    if (found < 0) return false;
    left.splice(found, 1);
  }
  const [fresh, ...more] = left;
  if (change.kind === 'remove') return fresh === undefined;
  // A label that the image has already is not said twice.
  if (!fresh) return change.kind === 'class' && old?.shape === null && others.some((text) => isLabel(text, change.to));
  if (more.length > 0) return false;
  if (change.kind === 'class') return plain({ ...old!, label: change.to }) === plain(fresh);
  if (change.kind === 'move')
    return fresh.label === old!.label && isBox(fresh.shape, change.box, before) && fresh.id === old!.id;
  return fresh.label === change.label && (change.box ? isBox(fresh.shape, change.box, before) : fresh.shape === null);
}

function isLabel(text: string, label: string): boolean {
  return (JSON.parse(text) as [string])[0] === label;
}

function isBox(shape: Shape | null, box: FixBox, { size }: AnnotatedImage): boolean {
  if (!shape) return false;
  const limit = size?.[0] === 1 && size[1] === 1 ? SHARE : PIXEL;
  const wanted = cornersOf(box);
  return bounds(shape).every((value, i) => Math.abs(value - wanted[i]!) <= limit);
}

/** Without its line, which moves. */
function plain({ label, shape, id, reader }: Annotation): string {
  return JSON.stringify([label, shape, id ?? null, reader ?? null]);
}

function plainImage({ image, size, annotations, labels, uncertain }: AnnotatedImage): string {
  return JSON.stringify([image, size, annotations.map(plain), labels ?? null, uncertain ?? null]);
}

function sameSize({ size: a }: AnnotatedImage, { size: b }: AnnotatedImage): boolean {
  return a === b || a === null || b === null || (a[0] === b[0] && a[1] === b[1]);
}

/** The labels that the file covers may gain the new one, and lose one that is nowhere any more. */
function sameLabels(
  before: AnnotationFile,
  after: AnnotationFile,
  own: AnnotatedImage,
  { annotation }: FixTarget,
  change: LabelChange,
): boolean {
  if (before.labels === null || after.labels === null) return before.labels === after.labels;
  const fresh = change.kind === 'class' ? change.to : change.kind === 'add' ? change.label : null;
  const old = annotation === null ? null : own.annotations[annotation]!.label;
  const [a, b] = [new Set(before.labels), new Set(after.labels)];
  return (
    [...a].every((label) => b.has(label) || label === old) && [...b].every((label) => a.has(label) || label === fresh)
  );
}
