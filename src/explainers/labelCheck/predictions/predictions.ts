import { labelMatcher } from '../../annotations/match/labels.ts';
import { ImageIndex } from '../../annotations/match/names.ts';
import { ExplainError } from '../../errors.ts';

/** Predictions as a file has them: a row per image, a column per class. */
export interface PredictionTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly names: readonly string[];
  /** Row after row. */
  readonly values: Float32Array;
  /** The line of each row in the file; absent: rows have no lines. */
  readonly lines?: readonly number[] | undefined;
}

export interface ClassLabels {
  readonly labels: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  /** Absent: it is what the predictions look like. */
  readonly task?: 'multi-label' | 'multi-class';
}

/** What a sum of probabilities may differ from 1 by, because tables round them. */
const SLACK = 0.02;
const ROUNDING = 1e-4;
const LISTED = 5;

/** Probabilities of classes by image, made elsewhere. */
export class Predictions {
  readonly labels: readonly string[];
  readonly task: 'multi-label' | 'multi-class';
  /** Columns that are no class. */
  readonly problems: readonly string[];
  readonly #table: PredictionTable;
  readonly #columns: readonly number[];
  readonly #index: ImageIndex;

  /**
   * @param classes those of a model that is used too; null: they are the columns
   * @param mentioned labels of the annotation files, which say which columns are classes
   * @throws ExplainError `usage` for columns that do not match, and for numbers that are no probabilities
   */
  constructor(table: PredictionTable, classes: ClassLabels | null, mentioned: readonly string[]) {
    const { labels, columns, passed } = classes ? ofModel(table, classes) : ofColumns(table, mentioned);
    this.labels = labels;
    this.problems =
      passed.length === 0 ? [] : [`${table.file}: columns that are no class are passed over: ${listed(passed)}`];
    this.#table = table;
    this.#columns = columns;
    this.#index = new ImageIndex(table.names);
    checkRange(table, columns);
    this.task = taskOf(table, columns, classes?.task);
  }

  /** The probabilities of an image. @throws ExplainError `image` if the file has none for it, or several */
  of(path: string, ids: readonly string[]): Float32Array {
    const { places, ambiguous } = this.#index.find({ path, ids });
    const rows = places.map((place) => this.#row(place));
    const [first] = rows;
    if (!first) {
      const could = ambiguous.length > 0 ? `, but it could be ${listed(ambiguous)}` : '';
      throw noScores(path, `The predictions have no row for this image${could}.`);
    }
    if (
      rows.some((row) =>
        row.some((value, i) => value !== first[i] && !(Number.isNaN(value) && Number.isNaN(first[i]!))),
      )
    )
      throw noScores(path, 'The predictions have several rows for this image, which differ.');
    const empty = first.findIndex(Number.isNaN);
    if (empty >= 0)
      throw noScores(
        path,
        `The predictions have no number for ${JSON.stringify(this.labels[empty])} in ${place(this.#table, places[0]!)}.`,
      );
    return first.map((value) => Math.min(1, Math.max(0, value)));
  }

  #row(at: number): Float32Array {
    const { values, columns } = this.#table;
    return Float32Array.from(this.#columns.map((column) => values[at * columns.length + column]!));
  }
}

interface Columns {
  readonly labels: readonly string[];
  /** The column of each label. */
  readonly columns: readonly number[];
  readonly passed: readonly string[];
}

function ofModel(table: PredictionTable, { labels, aliases }: ClassLabels): Columns {
  const matcher = labelMatcher(labels, aliases);
  const columns = new Map<number, number>();
  const passed: string[] = [];
  for (const [column, name] of table.columns.entries()) {
    const index = matcher.index(name);
    if (index === null) passed.push(name);
    else if (columns.has(index))
      throw refused(
        table,
        `The columns '${table.columns[columns.get(index)!]}' and '${name}' are both the class ${JSON.stringify(labels[index])}`,
        'Remove one of them, or name the classes apart under "aliases" in the model card.',
      );
    else columns.set(index, column);
  }
  const lacking = labels.filter((_, index) => !columns.has(index));
  if (lacking.length > 0)
    throw refused(
      table,
      `The predictions have no column for ${lacking.length} of the model’s ${labels.length} classes: ${listed(lacking)}`,
      'Name the columns like the classes, or add the names under "aliases" in the model card; or leave out the model.',
    );
  return { labels, columns: labels.map((_, index) => columns.get(index)!), passed };
}

/** Without a model, a column is a class if a label is called like it, or if it looks like probabilities. */
function ofColumns(table: PredictionTable, mentioned: readonly string[]): Columns {
  const matcher = labelMatcher(table.columns);
  const wanted = new Set(mentioned.map((label) => matcher.index(label)));
  const columns = table.columns.map((_, i) => i).filter((i) => wanted.has(i) || isProbability(table, i));
  const passed = table.columns.filter((_, i) => !columns.includes(i));
  if (columns.length === 0 || (mentioned.length > 0 && !columns.some((i) => wanted.has(i))))
    throw refused(
      table,
      `No column of the predictions is called like a label: the columns are ${listed(table.columns)}${mentioned.length > 0 ? `, the labels ${listed(mentioned)}` : ''}`,
      'Name the columns like the labels in the annotation files.',
    );
  return { labels: columns.map((i) => table.columns[i]!), columns, passed };
}

function isProbability({ values, columns }: PredictionTable, column: number): boolean {
  for (let at = column; at < values.length; at += columns.length)
    if (values[at]! < -ROUNDING || values[at]! > 1 + ROUNDING) return false;
  return true;
}

/** @throws ExplainError `usage` for logits, percentages, … */
function checkRange(table: PredictionTable, columns: readonly number[]): void {
  let [least, most, first] = [0, 0, -1];
  for (let row = 0; row < table.names.length; row++) {
    for (const column of columns) {
      const value = table.values[row * table.columns.length + column]!;
      if (first < 0 && (value < -ROUNDING || value > 1 + ROUNDING)) first = row;
      least = Math.min(least, value || 0);
      most = Math.max(most, value || 0);
    }
  }
  if (first < 0) return;
  const range = `from ${least.toPrecision(3)} to ${most.toPrecision(3)}`;
  const what =
    least >= 0 && most <= 100 + ROUNDING
      ? 'percentages'
      : least < 0 && most <= ROUNDING
        ? 'logarithms of probabilities'
        : 'logits';
  const next =
    what === 'logits'
      ? 'Write softmax (one class per image) or sigmoid (several) of them.'
      : what === 'percentages'
        ? 'Divide them by 100.'
        : 'Write their exponentials.';
  throw refused(
    table,
    `The predictions are not probabilities but probably ${what}: they range ${range} (${place(table, first)})`,
    next,
  );
}

/** @throws ExplainError `usage` if the rows of classes that exclude each other do not sum to 1 */
function taskOf(table: PredictionTable, columns: readonly number[], task: ClassLabels['task']): Predictions['task'] {
  let [one, other, complete] = [0, -1, 0];
  let sumOfOther = 0;
  for (let row = 0; row < table.names.length; row++) {
    let sum = 0;
    for (const column of columns) sum += table.values[row * table.columns.length + column]!;
    if (Number.isNaN(sum)) continue;
    complete++;
    if (Math.abs(sum - 1) <= SLACK) one++;
    else if (other < 0) [other, sumOfOther] = [row, sum];
  }
  if (task === 'multi-label') return task;
  const mostly = columns.length > 1 && one >= 0.9 * complete && complete > 0;
  if (task === undefined && !mostly) return 'multi-label';
  if (other >= 0)
    throw refused(
      table,
      `The probabilities of ${JSON.stringify(table.names[other])} (${place(table, other)}) sum to ${sumOfOther.toFixed(2)} and not to 1`,
      'Classes that exclude each other need a column for each of them, and softmax over all.',
    );
  return 'multi-class';
}

function place({ lines }: PredictionTable, row: number): string {
  return lines ? `line ${lines[row]}` : `row ${row + 1}`;
}

function listed(names: readonly string[]): string {
  return `${names
    .slice(0, LISTED)
    .map((name) => JSON.stringify(name))
    .join(', ')}${names.length > LISTED ? ', …' : ''}`;
}

function noScores(subject: string, message: string): ExplainError {
  return new ExplainError({ kind: 'image', message, subject, next: 'Add one row for it to the predictions.' });
}

function refused({ file }: PredictionTable, message: string, next: string): ExplainError {
  return new ExplainError({ kind: 'usage', message: `${message}.`, subject: file, next });
}
