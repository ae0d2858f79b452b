import { type ResultState, STATE_LETTERS } from '../contracts/evaluation.ts';
import type { Table } from '../evaluation/readTable.ts';
import { mapped } from '../lists.ts';
import { textAt } from './column.ts';
import type { Items } from './items.ts';
import { type Labelled, truthOf } from './labelled.ts';
import { textsIn } from './loadColumns.ts';
import type { ResultColumns } from './resultColumns.ts';

/** How scores become decisions. */
export interface Decision {
  /** multi-label: a class is predicted from its threshold on; multi-class: the best one is. */
  readonly task: 'multi-label' | 'multi-class';
  /** One for all classes, or one per class. */
  readonly thresholds: number | readonly number[];
}

/** By the letters of a table of scores. */
const TRUTHS = new Map(
  Object.entries(STATE_LETTERS).map(([state, letter]) => [letter, truthOf(state as ResultState)] as const),
);

/** Every class of every image, from the table of scores; `labels`: the names of the model's classes. */
export function labelledScores(table: Table, labels: readonly string[], { task, thresholds }: Decision): Labelled {
  const scores = table.columns.get('scores');
  const lists = scores?.kind === 'numbers' ? scores.values : [];
  const states = textsIn(table, 'states');
  const width = labels.length;
  const count = lists.length * width;
  const labelled = {
    classes: labels.map((label, index) => ({ index, label })),
    count,
    classOf: new Int32Array(count),
    score: new Float64Array(count).fill(Number.NaN),
    truth: new Int8Array(count).fill(-1),
    predicted: new Int8Array(count),
  };
  for (const [image, list] of lists.entries()) {
    const letters = textAt(states, image) ?? '';
    let best = 0;
    for (let i = 1; i < width; i++) if (list[i]! > list[best]!) best = i;
    for (let i = 0; i < width; i++) {
      const at = image * width + i;
      labelled.classOf[at] = i;
      labelled.score[at] = list[i] ?? Number.NaN;
      labelled.truth[at] = TRUTHS.get(letters[i]!) ?? -1;
      const threshold = typeof thresholds === 'number' ? thresholds : thresholds[i]!;
      labelled.predicted[at] = (task === 'multi-class' ? i === best : list[i]! >= Math.fround(threshold)) ? 1 : 0;
    }
  }
  return labelled;
}

/** The same from the rows alone, which hold only the classes that were explained. */
export function labelledItems(results: ResultColumns, { classes, count, first, classOf }: Items): Labelled {
  const truth = mapped(Int8Array, first, (row) => truthOf(textAt(results.state, row)));
  const score = mapped(Float64Array, first, (row) => results.score[row]!);
  const predicted = mapped(Int8Array, first, (row) => (results.predicted[row] === 1 ? 1 : 0));
  return { classes, count, classOf, score, truth, predicted };
}
