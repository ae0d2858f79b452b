import type { ClassScore, Prediction } from '../../explainers/contracts/results.ts';
import type { Scene } from '../state/scene.ts';
import { countOutcomes, type Mark, type Outcome, type OutcomeCounts, outcomeOf } from './outcomes.ts';

export interface ClassRow extends ClassScore {
  /** Among all classes by score, from 1. */
  readonly rank: number;
  readonly mark: Mark | null;
  /** The prediction compared with the annotation of the class. */
  readonly outcome: Outcome | null;
  readonly selected: boolean;
  /** The selected class is compared with it. */
  readonly against: boolean;
}

export interface ClassList {
  readonly rows: readonly ClassRow[];
  readonly total: number;
  /** How many of those that match the filter are not listed. */
  readonly left: number;
  /** Every class is listed that matches the filter, because the user wants so. */
  readonly all: boolean;
  /** There are so many classes that a filter helps. */
  readonly filterable: boolean;
  /** Thresholds decide which classes are predicted: several may be, or none. */
  readonly thresholded: boolean;
  /** The user chose the class, not the page. */
  readonly pinned: boolean;
  /** What the selected class is compared with. */
  readonly comparison: ClassComparison;
  /** Over all classes, listed or not; null: the files say nothing about any class. */
  readonly outcomes: OutcomeCounts | null;
}

/** Why the selected class and not another. */
export interface ClassComparison {
  /** The class being explained; null while it is unknown. */
  readonly label: string | null;
  readonly against: number | 'rest' | null;
  /** The other classes that are offered, best first. */
  readonly others: readonly ClassScore[];
}

/**
 * If there are more classes than this, only the best, the predicted, the annotated and the selected ones are listed,
 * unless a search finds others or the user wants all.
 */
const ALL_UP_TO = 30;
const BEST = 12;

interface Ranked extends ClassScore {
  readonly rank: number;
  /** In lower case, for the search. */
  readonly text: string;
}
const known = new WeakMap<Prediction, readonly Ranked[]>();

/** Best first; sorted once per prediction, because there may be 10,000 classes and a render for each key. */
function rankedClasses(prediction: Prediction): readonly Ranked[] {
  const made = known.get(prediction);
  if (made) return made;
  const ranked = [...prediction.scores]
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map((each, i) => ({ ...each, rank: i + 1, text: each.label.toLowerCase() }));
  known.set(prediction, ranked);
  return ranked;
}

/** The classes to list; null before there are scores. */
export function classList({ state, prediction, description, marks, index }: Scene): ClassList | null {
  if (!prediction) return null;
  const ranked = rankedClasses(prediction);
  const { allClasses } = state.ui;
  const filter = state.ui.filter.trim().toLowerCase();
  const filterable = ranked.length > ALL_UP_TO;
  const matches = (each: Ranked) => each.text.includes(filter) || String(each.index) === filter;
  const kept =
    filterable && filter
      ? ranked.filter(matches)
      : ranked.filter(
          (each) =>
            !filterable ||
            allClasses ||
            each.rank <= BEST ||
            each.predicted ||
            each.index === index ||
            each.index === state.navigation.against ||
            marks[each.index] === 'drawn' ||
            marks[each.index] === 'present',
        );
  const shown = state.ui.order === 'model' ? [...kept].sort((a, b) => a.index - b.index) : kept;
  return {
    rows: shown.map((each) => ({
      ...each,
      mark: marks[each.index] ?? null,
      outcome: outcomeOf(each, marks[each.index] ?? null),
      selected: each.index === index,
      against: state.navigation.against === each.index,
    })),
    comparison: comparisonOf(state, ranked, index),
    total: ranked.length,
    left: filterable && filter ? 0 : ranked.length - shown.length,
    all: allClasses,
    filterable,
    thresholded: description?.card.task === 'multi-label',
    pinned: state.navigation.chosen !== null,
    outcomes: countOutcomes(ranked, marks),
  };
}

function comparisonOf(
  { navigation: { against } }: Scene['state'],
  ranked: readonly Ranked[],
  index: number | null,
): ClassComparison {
  const selected = ranked.find((each) => each.index === index);
  const others = ranked.filter((each) => each.index !== index);
  return {
    label: selected?.label ?? null,
    against,
    others: others.filter((each, at) => at < ALL_UP_TO || each.index === against),
  };
}

/** What the explained class is compared with, in words; null: nothing. */
export function comparedText({ state: { navigation }, prediction }: Scene): string | null {
  const { against } = navigation;
  if (against === null || against === 'rest') return against && 'the other classes';
  return prediction?.scores.find(({ index }) => index === against)?.label ?? `class ${against}`;
}
