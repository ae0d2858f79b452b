import type { FindingPlace } from '../contracts/results.ts';
import type { Suspicion } from './kind.ts';
import { overlap, sameSource } from './overlap.ts';

/** Regions in several files, or by several readers, that overlap more than this are one region. */
const SAME = 0.9;

/** One question for a person: what is suspected, and every place that says it, the most suspicious first. */
export interface Question {
  readonly suspicion: Suspicion;
  readonly places: readonly FindingPlace[];
}

interface Group {
  best: Suspicion;
  readonly members: Suspicion[];
  readonly places: Map<string, { readonly suspicion: Suspicion; readonly place: FindingPlace }>;
}

/**
 * The suspicions of one kind about one image, as questions: several files that say the same about a class, or draw the
 * same region of it, ask only one.
 */
export function questionsOf(
  suspicions: readonly Suspicion[],
  placeOf: (suspicion: Suspicion) => FindingPlace,
): readonly Question[] {
  const byClass = new Map<number, Group[]>();
  for (const suspicion of suspicions) {
    const place = placeOf(suspicion);
    const id = JSON.stringify([place.file, place.key]);
    const groups = byClass.get(suspicion.index) ?? [];
    byClass.set(suspicion.index, groups);
    const known = groups.find(
      (group) => group.places.has(id) || group.members.every((each) => asksSame(each, suspicion)),
    );
    const group: Group = known ?? { best: suspicion, members: [], places: new Map() };
    if (!known) groups.push(group);
    group.members.push(suspicion);
    if (suspicion.score > group.best.score) group.best = suspicion;
    if (!group.places.has(id)) group.places.set(id, { suspicion, place });
  }
  return [...byClass.values()].flat().map(({ best, places }) => {
    const all = [...places.values()];
    const first = all.filter(({ suspicion }) => suspicion === best);
    const others = all.filter(({ suspicion }) => suspicion !== best);
    return { suspicion: best, places: [...first, ...others].map(({ place }) => place) };
  });
}

/** Two suspicions of a class: both about the class itself, or about one region in two sources. */
function asksSame(a: Suspicion, b: Suspicion): boolean {
  if (!a.ofRegion && !b.ofRegion) return true;
  if (!a.ofRegion || !b.ofRegion) return false;
  const [one, other] = [a.annotation!, b.annotation!];
  return !sameSource(one, other) && overlap(one.shape!, other.shape!) >= SAME;
}
