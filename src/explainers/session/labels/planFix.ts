import { stat } from 'node:fs/promises';
import { annotationId } from '../../annotations/annotationId.ts';
import { wholeIndex } from '../../annotations/annotationIndex.ts';
import type { FormatInput } from '../../annotations/format.ts';
import { formatOf } from '../../annotations/formats/formats.ts';
import { placementOf } from '../../annotations/match/coordinates.ts';
import { labelMatcher } from '../../annotations/match/labels.ts';
import { ImageIndex } from '../../annotations/match/names.ts';
import { renamedPair } from '../../annotations/match/renamedPair.ts';
import { quoted } from '../../annotations/problems.ts';
import { BesideFiles } from '../../annotations/search/besideFiles.ts';
import { listImages } from '../../annotations/search/classFolder.ts';
import { scaleShape } from '../../annotations/shapes/shapes.ts';
import type { ModelCard } from '../../contracts/card.ts';
import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Annotation, AnnotationFile } from '../../contracts/labels/annotation.ts';
import type { FixBox, FixPlan, FixRequest, LabelChange } from '../../contracts/labels/fix.ts';
import { ExplainError } from '../../errors.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import type { Reach } from '../../files/reach.ts';
import type { FixTarget } from '../../fixes/fixer.ts';
import { type FixedFile, fixLabel, moveImage, planOf } from '../../fixes/fixLabel.ts';
import type { OpenImage } from '../openImages.ts';

/** The classes that labels are compared with. */
export type Classes = Pick<ModelCard, 'labels' | 'aliases'>;

/** The smallest change of an annotation file that corrects one label of an image; nothing is written. */
export async function planFix(classes: Classes, image: OpenImage, request: FixRequest, reach: Reach): Promise<FixPlan> {
  const file = await readForFix(request.file, reach);
  const fixed = await fixIn(file, classes, image, request);
  return 'to' in fixed ? fixed : planOf(fixed, file, fixed.summary);
}

/** The same for a file in memory: its bytes afterwards, or the move of an image. */
export async function fixIn(
  file: FormatInput,
  { labels, aliases }: Classes,
  { image }: OpenImage,
  request: FixRequest,
): Promise<(FixedFile & { readonly summary: string }) | Extract<FixPlan, { kind: 'move' }>> {
  const format = formatOf(file);
  if (!format) throw problem(request.file, 'It is in no annotation format that we know.', 'Choose another file.');
  const before = format.parse(file);
  const matcher = labelMatcher(labels, aliases);
  const places = await placesOf(before, file, { path: request.image, ids: image.ids });
  const target = targetOf(before, places, request, image.size, (label) => matcher.index(label));
  const change = inFile(request.change, before.images[target.image]!, image.size, (name) => {
    const index = labels.indexOf(name);
    return index < 0 ? name : labelFor(before, index, name, (label) => matcher.index(label));
  });
  if (file.folder) return moveImage(file, before, target, change);
  return { ...fixLabel(file, format, target, change, before), summary: summaryOf(request, before, target, change) };
}

/** An annotation file with what it needs from the files next to it; of a folder per class, the list of its images. */
export async function readForFix(path: string, reach: Reach): Promise<FormatInput> {
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory()) return { path, bytes: await listImages(path), folder: true };
  if (!info?.isFile()) throw problem(path, 'There is no such file.', 'Check the labels again.');
  const { beside } = await new BesideFiles(reach).of(path);
  return { path, bytes: await readWholeFile(path), beside };
}

async function placesOf(
  before: AnnotationFile,
  file: FormatInput,
  name: { readonly path: string; readonly ids: readonly string[] },
): Promise<readonly number[]> {
  const { places } = new ImageIndex(before.images.map(({ image }) => image)).find(name);
  if (places.length > 0) return places;
  return (await renamedPair(wholeIndex(before, file.bytes.length), name.path)) === null ? [] : [0];
}

type IndexOf = (label: string) => number | null;

function targetOf(
  before: AnnotationFile,
  places: readonly number[],
  { label, file, image }: FixRequest,
  size: Size,
  indexOf: IndexOf,
): FixTarget {
  const [first] = places;
  if (first === undefined)
    throw problem(
      file,
      `It does not list the image ${quoted(image.split(/[/\\]/).at(-1))}.`,
      'Check the labels again.',
    );
  if (!label) return { image: first, annotation: null };
  const all = places.flatMap((place) =>
    before.images[place]!.annotations.map((each, annotation) => ({ place, annotation, each })),
  );
  const own = all.filter(({ each }) => indexOf(each.label) === label.index);
  const exact = own.filter(
    ({ each, place }) => label.annotationId !== null && idOf(each, before.images[place]!, size) === label.annotationId,
  );
  const near = (exact.length > 0 ? exact : own).filter(({ each }) => label.line === null || each.line === label.line);
  const found = near[0] ?? exact[0];
  if (!found) throw problem(file, 'The label is not in the file any more.', 'Check the labels again.');
  return { image: found.place, annotation: found.annotation };
}

/** The name of an annotation in findings about an image of this size. */
function idOf(annotation: Annotation, image: AnnotatedImage, size: Size): string | null {
  const { shape } = annotation;
  if (annotation.id !== undefined || !shape) return annotationId(annotation);
  const from = shape.kind === 'runs' ? shape.size : placementOf(image, size).from;
  return annotationId({ ...annotation, shape: scaleShape(shape, from, size) });
}

/** The file's own name of a class of the model. */
function labelFor({ labels, images }: AnnotationFile, index: number, name: string, indexOf: IndexOf): string {
  const known = new Set(labels);
  for (const { annotations } of images) for (const { label } of annotations) known.add(label);
  if (known.has(name)) return name;
  return [...known].find((label) => indexOf(label) === index) ?? name;
}

/** The change with the file's labels, and boxes in its own coordinates. */
function inFile(
  change: LabelChange,
  image: AnnotatedImage,
  size: Size,
  labelOf: (name: string) => string,
): LabelChange {
  if (change.kind === 'class') return { kind: 'class', to: labelOf(change.to) };
  if (change.kind === 'remove') return change;
  const box = change.box && scaled(change.box, placementOf(image, size).from, size);
  if (change.kind === 'move') return { kind: 'move', box: box! };
  return { kind: 'add', label: labelOf(change.label), box };
}

/** From pixels of the image to the coordinates of the file. */
function scaled({ x, y, width, height }: FixBox, to: Size, from: Size): FixBox {
  const [sy, sx] = [to[0] / from[0], to[1] / from[1]];
  return { x: x * sx, y: y * sy, width: width * sx, height: height * sy };
}

function summaryOf({ image }: FixRequest, before: AnnotationFile, target: FixTarget, change: LabelChange): string {
  const name = image.split(/[/\\]/).at(-1)!;
  const old = target.annotation === null ? '' : before.images[target.image]!.annotations[target.annotation]!.label;
  if (change.kind === 'class') return `${name}: ${quoted(old)} becomes ${quoted(change.to)}.`;
  if (change.kind === 'remove') return `${name}: ${quoted(old)} is removed.`;
  if (change.kind === 'move') return `${name}: the box of ${quoted(old)} moves.`;
  return `${name}: ${quoted(change.label)} is added.`;
}

function problem(subject: string, message: string, next: string): ExplainError {
  return new ExplainError({ kind: 'annotation', message, subject, next });
}
