// The other side of a comparison: another model, or an earlier version of this one.
import type { ClassScore } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { Scene } from './scene.ts';
import type { State } from './state.ts';
import type { Version } from './version.ts';

/** The versions of the current model that were replaced in this session, newest first. */
export function versionsOf({ navigation, resource }: State): readonly Version[] {
  return own(resource.versions, navigation.model ?? '') ?? [];
}

/** What the pictures call the other side. */
export function comparedName({ navigation: { other } }: State): 'compared model' | 'earlier version' {
  return other?.kind === 'version' ? 'earlier version' : 'compared model';
}

/** The same moment with the other model or version in the current one's place; null: nothing is compared. */
export function otherScene({ state, replies }: Scene): Scene | null {
  const { model, other } = state.navigation;
  if (!other || model === null) return null;
  const navigation = { ...state.navigation, other: null, chosen: null, columns: null };
  const { against } = navigation;
  if (other.kind === 'model')
    return new Scene(
      // The number of a class means another one there.
      { ...state, navigation: { ...navigation, against: against === 'rest' ? against : null, model: other.path } },
      replies,
    );
  const revisions = { ...state.resource.revisions, [model]: other.revision };
  return new Scene({ ...state, navigation, resource: { ...state.resource, revisions } }, replies);
}

/** The classes of two models by their labels. */
export interface MatchedClasses {
  /** By index of the first: index in the second. */
  readonly matched: ReadonlyMap<number, number>;
  readonly onlyFirst: readonly ClassScore[];
  readonly onlySecond: readonly ClassScore[];
}

/** Upper and lower case, spaces, hyphens and underscores make no other class. */
const folded = (label: string) =>
  label
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();

/** A label that several classes have is matched in their order. */
export function matchClasses(first: readonly ClassScore[], second: readonly ClassScore[]): MatchedClasses {
  const free = new Map<string, ClassScore[]>();
  for (const each of second) free.set(folded(each.label), [...(free.get(folded(each.label)) ?? []), each]);
  const matched = new Map<number, number>();
  const onlyFirst = first.filter((each) => {
    const found = free.get(folded(each.label))?.shift();
    if (found) matched.set(each.index, found.index);
    return !found;
  });
  return { matched, onlyFirst, onlySecond: [...free.values()].flat() };
}

/** The other's class with the label of this one's; null: it has none, or its scores are not known yet. */
export function otherIndex(scene: Scene, other: Scene, index: number): number | null {
  if (!scene.prediction || !other.prediction) return null;
  return matchClasses(scene.prediction.scores, other.prediction.scores).matched.get(index) ?? null;
}
