import type { ClassScore } from '../../explainers/contracts/results.ts';
import type { Scene } from '../state/scene.ts';
import { countOutcomes, type Mark, type Outcome, type OutcomeCounts, outcomeOf } from './outcomes.ts';

export interface ClassRow extends ClassScore {
  readonly mark: Mark | null;
  /** The prediction compared with the annotation of the class. */
  readonly outcome: Outcome | null;
  readonly selected: boolean;
}

export interface ClassList {
  readonly rows: readonly ClassRow[];
  readonly total: number;
  /** How many of those that match the filter are not listed. */
  readonly left: number;
  /** There are so many classes that a filter helps. */
  readonly filterable: boolean;
  /** Thresholds decide which classes are predicted: several may be, or none. */
  readonly thresholded: boolean;
  /** The user chose the class, not the page. */
  readonly pinned: boolean;
  /** Over all classes, listed or not; null: the files say nothing about any class. */
  readonly outcomes: OutcomeCounts | null;
}

/**
 * If there are more classes than this, only the best, the predicted, the annotated and the selected ones are listed,
 * unless a search finds others.
 */
const ALL_UP_TO = 30;
const BEST = 12;
const FOUND = 100;

/** The classes to list; null before there are scores. */
export function classList({ state, prediction, description, marks, index }: Scene): ClassList | null {
  if (!prediction) return null;
  const ranked = [...prediction.scores].sort((a, b) => b.score - a.score || a.index - b.index);
  const filter = state.ui.filter.trim().toLowerCase();
  const filterable = ranked.length > ALL_UP_TO;
  const matches = (each: ClassScore) => each.label.toLowerCase().includes(filter) || String(each.index) === filter;
  const kept =
    filterable && filter
      ? ranked.filter(matches)
      : ranked.filter(
          (each, rank) =>
            !filterable ||
            rank < BEST ||
            each.predicted ||
            each.index === index ||
            marks[each.index] === 'drawn' ||
            marks[each.index] === 'present',
        );
  const shown = kept.slice(0, FOUND);
  if (state.ui.order === 'model') shown.sort((a, b) => a.index - b.index);
  return {
    rows: shown.map((each) => ({
      ...each,
      mark: marks[each.index] ?? null,
      outcome: outcomeOf(each, marks[each.index] ?? null),
      selected: each.index === index,
    })),
    total: ranked.length,
    left: (filterable && filter ? kept.length : ranked.length) - shown.length,
    filterable,
    thresholded: description?.card.task === 'multi-label',
    pinned: state.navigation.chosen !== null,
    outcomes: countOutcomes(ranked, marks),
  };
}
