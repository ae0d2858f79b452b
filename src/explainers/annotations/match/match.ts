import type { UncertainPolicy } from '../../contracts/card.ts';
import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage } from '../../contracts/labels/annotation.ts';
import type { ClassState, ImageAnnotation, ImageAnnotations } from '../../contracts/labels/annotations.ts';
import { append } from '../../lists.ts';
import { quoted } from '../problems.ts';
import { scaleShape } from '../shapes/shapes.ts';
import { beyondEdges, placementOf } from './coordinates.ts';
import { type LabelMatcher, labelMatcher } from './labels.ts';
import type { ImageName } from './names.ts';
import { readerAgreement } from './readers.ts';

/** The image and the model whose classes its annotations are matched to. */
export interface MatchRequest extends ImageName {
  readonly size: Size;
  readonly labels: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
}

/** What one file says about the image. */
export interface Mention {
  readonly path: string;
  readonly format: string;
  /** As `AnnotationFile.labels`. */
  readonly labels: readonly string[] | null;
  /** How many images the file lists. */
  readonly count: number;
  /** Its entries for this image. */
  readonly images: readonly AnnotatedImage[];
  /** If the image could be several entries of the file: their names. */
  readonly ambiguous: readonly string[];
  /** What its uncertain labels count as. */
  readonly uncertain?: UncertainPolicy | undefined;
  readonly problems: readonly string[];
}

/**
 * What the files say about one image, in its pixels. A class is *drawn* if someone drew it, *present* if a file only
 * says so, *uncertain* if a file says that it may be there, *absent* if a file that covers the class lists the image
 * without it, and otherwise unknown (not in `states`). Everything that does not fit is listed in `problems`.
 */
export function matchImage(request: MatchRequest, mentions: readonly Mention[]): ImageAnnotations {
  const matcher = labelMatcher(request.labels, request.aliases);
  const annotations: ImageAnnotation[] = [];
  const problems: string[] = [];
  const absent = new Set<number>();
  const covered: { readonly file: string; readonly line: number | null; readonly classes: readonly number[] }[] = [];
  const uncertain = new Set<number>();
  for (const file of mentions) {
    const name = file.path.split(/[/\\]/).at(-1)!;
    const { images, ambiguous } = file;
    if (ambiguous.length > 0) {
      const list = ambiguous.slice(0, 3).map(quoted).join(', ');
      problems.push(`${name}: this image could be ${list}${ambiguous.length > 3 ? ', …' : ''}; none of them is shown`);
    }
    for (const entry of images.map((each) => settled(each, file.uncertain))) {
      append(
        annotations,
        placed(file, entry, request.size, matcher, (p) => problems.push(`${name}: ${p}`)),
      );
      for (const index of classesOf(entry.uncertain ?? null, matcher)) uncertain.add(index);
      const classes = classesOf(entry.labels ?? file.labels, matcher);
      for (const index of classes) absent.add(index);
      covered.push({ file: file.path, line: lineOf(entry), classes });
    }
    const [first] = images;
    if (first && images.length > 1)
      problems.push(
        `${name}: ${quoted(first.image)} is listed ${images.length} times; the content of all entries is used`,
      );
    append(
      problems,
      file.problems.map((problem) => `${name}: ${problem}`),
    );
  }
  append(problems, unmatched(annotations));
  const states = statesOf(annotations, uncertain, absent);
  const absentIn = covered
    .map((each) => ({ ...each, classes: each.classes.filter((index) => states[index] === 'absent') }))
    .filter(({ classes }) => classes.length > 0);
  const readers = readerAgreement(annotations, request.size);
  return {
    image: request.path,
    annotations,
    states,
    ...(absentIn.length > 0 && { absentIn }),
    files: mentions.map(({ path, format, count }) => ({ path, format, images: count })),
    ...(readers.length > 0 && { readers }),
    problems,
  };
}

/** One entry's annotations in the pixels of the image. */
function placed(
  file: Mention,
  entry: AnnotatedImage,
  to: Size,
  matcher: LabelMatcher,
  problem: (text: string) => void,
): ImageAnnotation[] {
  const { from, problems, fault } = placementOf(entry, to);
  problems.forEach(problem);
  return entry.annotations.map(({ label, shape, id, reader, line }) => {
    const where = line === undefined ? '' : `line ${line}: `;
    const undrawn = shape && fault(shape);
    if (undrawn) problem(`${where}${undrawn}; ${quoted(label)} counts as present, not drawn`);
    const inPixels = shape && !undrawn ? scaleShape(shape, shape.kind === 'runs' ? shape.size : from, to) : null;
    const beyond = inPixels && beyondEdges(inPixels, label, to);
    if (beyond) problem(`${where}${beyond}`);
    return {
      index: matcher.index(label),
      label,
      shape: inPixels,
      file: file.path,
      format: file.format,
      ...(id !== undefined && { id }),
      ...(reader !== undefined && { reader }),
      ...(line !== undefined && { line }),
    };
  });
}

function lineOf({ line, annotations }: AnnotatedImage): number | null {
  return line ?? annotations[0]?.line ?? null;
}

/** The classes of the labels. */
function classesOf(labels: readonly string[] | null, matcher: LabelMatcher): readonly number[] {
  return (labels ?? []).flatMap((label) => matcher.index(label) ?? []);
}

/** An entry whose uncertain labels are decided by the policies of CheXpert: U-zeros, U-ones; else U-ignore. */
function settled(entry: AnnotatedImage, policy: UncertainPolicy = 'ignore'): AnnotatedImage {
  const { uncertain, line } = entry;
  if (!uncertain || policy === 'ignore') return entry;
  const { uncertain: _, ...rest } = entry;
  const labels = [...(entry.labels ?? []), ...uncertain];
  if (policy === 'zeros') return { ...rest, labels };
  const present = uncertain.map((label) => ({ label, shape: null, ...(line !== undefined && { line }) }));
  return { ...rest, labels, annotations: [...entry.annotations, ...present] };
}

function statesOf(
  annotations: readonly ImageAnnotation[],
  uncertain: Iterable<number>,
  absent: Iterable<number>,
): ImageAnnotations['states'] {
  const states: Record<number, ClassState> = {};
  for (const index of absent) states[index] = 'absent';
  for (const index of uncertain) states[index] = 'uncertain';
  for (const { index, shape } of annotations) {
    if (index === null) continue;
    if (shape) states[index] = 'drawn';
    else if (states[index] !== 'drawn') states[index] = 'present';
  }
  return states;
}

function unmatched(annotations: readonly ImageAnnotation[]): string[] {
  const counts = new Map<string, number>();
  for (const { index, label } of annotations) if (index === null) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(
    ([label, n]) =>
      `${quoted(label)} (${n} annotation${n > 1 ? 's' : ''}) matches no class of the model, or several; name the class under "aliases" in the model card`,
  );
}
