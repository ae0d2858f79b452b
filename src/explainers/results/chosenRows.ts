import type { Outcome, ResultsFilter } from '../contracts/resultsView.ts';
import type { Texts } from './column.ts';
import { truthOf } from './labelled.ts';

/** The columns that filters need. */
export interface FilterColumns {
  readonly rows: number;
  readonly image: Texts;
  readonly index: Float64Array;
  readonly method: Texts;
  readonly score: Float64Array;
  /** Per row: {@link OUTCOMES}. */
  readonly outcome: Uint8Array;
  /** The metric that the filter names. */
  readonly metric: Float64Array | null;
  readonly iou: Float64Array | null;
  readonly whole: Float64Array | null;
}

export const OUTCOMES: readonly Outcome[] = ['right', 'missed', 'falseAlarm', 'unlabelled'];

/** The outcome of every row, as a place in {@link OUTCOMES}. */
export function outcomesOf(state: Texts, predicted: Float64Array): Uint8Array {
  const truths = state.texts.map(truthOf);
  const out = new Uint8Array(predicted.length);
  for (let row = 0; row < out.length; row++) {
    const truth = truths[state.codes[row]!] ?? -1;
    const said = predicted[row] === 1 ? 1 : 0;
    out[row] = truth < 0 ? 3 : truth === said ? 0 : truth === 1 ? 1 : 2;
  }
  return out;
}

/** 1 for every row that the filter lets through. */
export function chosenRows(columns: FilterColumns, filter: ResultsFilter): Uint8Array {
  const { rows } = columns;
  const chosen = new Uint8Array(rows).fill(1);
  const keep = (is: (row: number) => boolean) => {
    for (let row = 0; row < rows; row++) if (chosen[row] === 1 && !is(row)) chosen[row] = 0;
  };
  const within = (column: Float64Array, [low, high]: readonly [number, number]) =>
    keep((row) => column[row]! >= low && column[row]! <= high);
  if (filter.index !== null) keep((row) => columns.index[row] === filter.index);
  if (filter.method !== null) {
    const code = columns.method.texts.indexOf(filter.method);
    keep((row) => columns.method.codes[row] === code);
  }
  if (filter.outcome !== null) {
    const wanted = OUTCOMES.map((each) => matches(each, filter.outcome!));
    keep((row) => wanted[columns.outcome[row]!]!);
  }
  if (filter.score) within(columns.score, filter.score);
  if (filter.metric) within(columns.metric ?? new Float64Array(rows).fill(Number.NaN), filter.metric.range);
  if (filter.lowAgreement)
    keep((row) => columns.iou !== null && columns.whole !== null && columns.iou[row]! < columns.whole[row]!);
  if (filter.image !== '') {
    const part = filter.image.toLowerCase();
    const named = columns.image.texts.map((text) => text.toLowerCase().includes(part));
    keep((row) => named[columns.image.codes[row]!] === true);
  }
  if (filter.items) {
    const wanted = new Set(filter.items.map(({ image, index }) => `${index} ${image}`));
    const any = columns.image.texts.map((text) => wanted.has(`-1 ${text}`));
    const known = new Set(filter.items.map(({ image }) => image));
    const named = columns.image.texts.map((text) => known.has(text));
    keep((row) => {
      const code = columns.image.codes[row]!;
      if (named[code] !== true) return false;
      return any[code] === true || wanted.has(`${columns.index[row]} ${columns.image.texts[code]}`);
    });
  }
  return chosen;
}

function matches(outcome: Outcome, wanted: Outcome | 'wrong'): boolean {
  return wanted === 'wrong' ? outcome === 'missed' || outcome === 'falseAlarm' : outcome === wanted;
}
