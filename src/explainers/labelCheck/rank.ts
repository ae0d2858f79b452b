import { annotationId } from '../annotations/annotationId.ts';
import type { ModelCard } from '../contracts/card.ts';
import { lastVerdict } from '../contracts/labels/findings.ts';
import type { Finding, FindingKind, FindingPlace, Verdict } from '../contracts/results.ts';
import { readVerdicts, reviewedImage, verdictKey } from '../reviews/reviewFile.ts';
import { learnBeliefs } from './beliefs.ts';
import type { CheckedImage } from './checkedImage.ts';
import type { Suspicion } from './kind.ts';
import { kinds } from './kinds.ts';
import { questionsOf } from './questions.ts';

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
      questionsOf(
        kinds[id].find(image, beliefs).filter(({ sure }) => all || sure),
        (suspicion) => placeOf(image, suspicion, labels),
      ).map(({ suspicion, places }) => ({ suspicion, finding: findingOf(image, suspicion, places, labels) })),
    ),
  );
  const order = Object.keys(kinds);
  return found.sort(
    ({ finding: a }, { finding: b }) =>
      b.score - a.score ||
      order.indexOf(a.kind) - order.indexOf(b.kind) ||
      (a.image < b.image ? -1 : a.image > b.image ? 1 : 0) ||
      a.index - b.index ||
      (a.key < b.key ? -1 : 1),
  );
}

function placeOf(
  image: CheckedImage,
  { kind, index, annotation, place: { file, line } }: Suspicion,
  labels: readonly string[],
): FindingPlace {
  const id = annotation && annotationId(annotation);
  const subject = { image: reviewedImage(file, image.path), class: labels[index]!, annotationId: id, finding: kind };
  return { key: verdictKey(subject), file, line, annotationId: id };
}

function findingOf(
  { path, scores }: CheckedImage,
  { kind, index, instead, score, message }: Suspicion,
  places: readonly FindingPlace[],
  labels: readonly string[],
): Finding {
  return {
    ...places[0]!,
    kind,
    image: path,
    index,
    label: labels[index]!,
    probability: scores[index]!,
    ...(instead !== undefined && {
      instead: { index: instead, label: labels[instead]!, probability: scores[instead]! },
    }),
    score,
    message: message(labels),
    verdict: null,
    places: places.map((place) => ({ ...place, verdict: null })),
  };
}

/** Each finding with the last verdict of a person on it. */
export async function withVerdicts(findings: readonly Finding[]): Promise<readonly Finding[]> {
  const verdicts = new Map<string, ReadonlyMap<string, Verdict>>();
  for (const { places } of findings)
    for (const { file } of places) if (!verdicts.has(file)) verdicts.set(file, await readVerdicts(file));
  return findings.map((finding) => {
    const places = finding.places.map((each) => ({ ...each, verdict: verdicts.get(each.file)!.get(each.key) ?? null }));
    return { ...finding, places, verdict: lastVerdict(places) };
  });
}
