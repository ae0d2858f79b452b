import { bounds } from '../annotations/shapes/shapes.ts';
import type { ModelCard } from '../contracts/card.ts';
import type { Finding, FindingKind, ImageAnnotation, Verdict } from '../contracts/results.ts';
import { readVerdicts, reviewedImage, verdictKey } from '../reviews/reviewFile.ts';
import { learnBeliefs } from './beliefs.ts';
import type { CheckedImage } from './checkedImage.ts';
import type { Suspicion } from './kind.ts';
import { kinds } from './kinds.ts';

/** A suspicion in the form that is reported. */
export interface Ranked {
  readonly finding: Finding;
  readonly suspicion: Suspicion;
}

/**
 * The suspicious labels, most suspicious first. Scores of all kinds are probabilities or fractions, so that they can be
 * ranked together. `all`: including those that are not certain enough to be shown.
 */
export function rankFindings(
  images: readonly CheckedImage[],
  { labels, thresholds }: Pick<ModelCard, 'labels' | 'thresholds'>,
  wanted: readonly FindingKind[] = Object.keys(kinds) as FindingKind[],
  all = false,
): readonly Ranked[] {
  const beliefs = learnBeliefs(images, thresholds);
  const found = images.flatMap((image) =>
    wanted.flatMap((id) =>
      kinds[id]
        .find(image, beliefs)
        .filter(({ sure }) => all || sure)
        .map((suspicion) => ({ suspicion, finding: findingOf(image, suspicion, labels) })),
    ),
  );
  const order = Object.keys(kinds);
  const unique = new Map<string, Ranked>();
  for (const each of found) {
    const known = unique.get(each.finding.key);
    if (!known || known.finding.score < each.finding.score) unique.set(each.finding.key, each);
  }
  return [...unique.values()].sort(
    ({ finding: a }, { finding: b }) =>
      b.score - a.score ||
      order.indexOf(a.kind) - order.indexOf(b.kind) ||
      (a.image < b.image ? -1 : a.image > b.image ? 1 : 0) ||
      a.index - b.index ||
      (a.key < b.key ? -1 : 1),
  );
}

function findingOf(image: CheckedImage, suspicion: Suspicion, labels: readonly string[]): Finding {
  const { kind, index, instead, score, message, annotation, place } = suspicion;
  const label = labels[index]!;
  const annotationId = annotation && annotationIdOf(annotation);
  const subject = { image: reviewedImage(place.file, image.path), class: label, annotationId, finding: kind };
  return {
    key: verdictKey(subject),
    kind,
    image: image.path,
    index,
    label,
    ...(instead !== undefined && { instead: { index: instead, label: labels[instead]! } }),
    score,
    message: message(labels),
    file: place.file,
    line: place.line,
    annotationId,
    verdict: null,
  };
}

/** The file's own id; else the region, because a redrawn region is another annotation, on whatever line it is. */
function annotationIdOf({ id, shape, reader }: ImageAnnotation): string | null {
  if (id !== undefined) return id;
  if (!shape) return reader ?? null;
  const [left, top, right, bottom] = bounds(shape);
  const box = [left, top, right - left, bottom - top].map((value) => Math.round(value)).join(' ');
  return `${reader === undefined ? '' : `${reader}: `}${shape.kind === 'box' ? 'box' : 'region'} ${box}`;
}

/** Each finding with the last verdict of a person on it. */
export async function withVerdicts(findings: readonly Finding[]): Promise<readonly Finding[]> {
  const verdicts = new Map<string, ReadonlyMap<string, Verdict>>();
  for (const { file } of findings) if (!verdicts.has(file)) verdicts.set(file, await readVerdicts(file));
  return findings.map((finding) => ({ ...finding, verdict: verdicts.get(finding.file)!.get(finding.key) ?? null }));
}
