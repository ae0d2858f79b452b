import type {
  Outcome,
  ResultsFacts,
  ResultsFilter,
  ResultsRow,
  ResultsRows,
  ResultsSort,
  ResultsSummary,
} from '../contracts/resultsView.ts';
import type { Results } from '../evaluation/results.ts';
import { aboutResults } from './about.ts';
import { chosenRows, OUTCOMES, outcomesOf } from './chosenRows.ts';
import { numberAt, type Texts, textAt } from './column.ts';
import { classesOf } from './items.ts';
import { numbersOf, textsIn } from './loadColumns.ts';
import { orderOf, rankedTexts } from './order.ts';

/** Columns of every row; those of metrics are read when they are asked for. */
const KEYS = ['image', 'index', 'label', 'method', 'state', 'score', 'predicted'] as const;
const TEXTS: ReadonlySet<string> = new Set(['image', 'label', 'method', 'state']);
const BINS = 10;
/** Orders that are kept, each four bytes a row. */
const KEPT_ORDERS = 4;

interface Keys {
  readonly rows: number;
  readonly image: Texts;
  readonly index: Float64Array;
  readonly label: Texts;
  readonly method: Texts;
  readonly state: Texts;
  readonly score: Float64Array;
  readonly predicted: Float64Array;
  readonly outcome: Uint8Array;
}

/** A folder of results, kept as typed arrays: filtered and sorted here, so that only the rows in view go elsewhere. */
export class ResultsTable {
  readonly facts: ResultsFacts;
  readonly #results: Results;
  readonly #keys: Keys;
  readonly #numbers = new Map<string, Promise<Float64Array | null>>();
  readonly #orders = new Map<string, Int32Array>();
  #last: { readonly key: string; readonly rows: Int32Array } | null = null;

  private constructor(results: Results, keys: Keys, facts: ResultsFacts) {
    this.#results = results;
    this.#keys = keys;
    this.facts = facts;
  }

  /** @throws ExplainError `usage` for a file that cannot be read */
  static async open(results: Results): Promise<ResultsTable> {
    const table = await results.read('part', [...KEYS, 'iou', 'iou.whole']);
    const numbers = (name: string) => numbersOf(table, name) ?? new Float64Array(table.rows).fill(Number.NaN);
    const [state, predicted] = [textsIn(table, 'state'), numbers('predicted')];
    const [image, label, method, index] = [textsIn(table, 'image'), textsIn(table, 'label'), textsIn(table, 'method'), numbers('index')]; // biome-ignore format: one line
    const keys = { rows: table.rows, image, index, label, method, state, predicted, score: numbers('score'), outcome: outcomesOf(state, predicted) }; // biome-ignore format: one line
    const about = aboutResults(results.manifest, results.folder);
    const opened = new ResultsTable(results, keys, {
      ...{ folder: results.folder, rows: table.rows, images: image.texts.length, methods: method.texts },
      ...{ classes: classesOf(index, label), metrics: about.metrics },
      ...{ imageFolder: about.images, model: about.model },
    });
    for (const name of ['iou', 'iou.whole']) opened.#numbers.set(name, Promise.resolve(numbersOf(table, name)));
    return opened;
  }

  /** Rows of a query, from a place on. */
  async rows(
    filter: ResultsFilter,
    sort: ResultsSort,
    { from, count, metrics }: { readonly from: number; readonly count: number; readonly metrics: readonly string[] },
  ): Promise<ResultsRows> {
    const found = await this.#found(filter, sort);
    const columns = await Promise.all(metrics.map((id) => this.#number(id)));
    const rows = Array.from(found.subarray(from, from + count), (row) => this.#row(row, columns));
    return { total: found.length, from, rows };
  }

  /** How the rows of a query are distributed, by class, score and one metric. */
  async summary(filter: ResultsFilter, metric: string): Promise<ResultsSummary> {
    const { index, score, outcome, image } = this.#keys;
    const chosen = await this.#chosen(filter);
    const values = await this.#number(metric);
    const place = new Map(this.facts.classes.map((each, i) => [each.index, i]));
    const outcomes = this.facts.classes.map((): Record<Outcome, number> => ({ right: 0, missed: 0, falseAlarm: 0, unlabelled: 0 })); // biome-ignore format: one line
    // A pair of image and class has a row per method and counts once.
    const seen = new Bits(image.texts.length * outcomes.length);
    const scores = new Array<number>(BINS).fill(0);
    const bins = new Array<number>(BINS).fill(0);
    let [total, low, high] = [0, 0, 1];
    for (let row = 0; row < chosen.length; row++) {
      if (chosen[row] === 0) continue;
      const value = values?.[row] ?? Number.NaN;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    for (let row = 0; row < chosen.length; row++) {
      if (chosen[row] === 0) continue;
      total++;
      const of = place.get(index[row]!);
      const key = image.codes[row]! * outcomes.length + (of ?? 0);
      if (of !== undefined && seen.add(key)) outcomes[of]![OUTCOMES[outcome[row]!]!]++;
      count(scores, score[row]!, 0, 1);
      count(bins, values?.[row] ?? Number.NaN, low, high);
    }
    return { total, outcomes, scores, values: bins, range: [low, high] };
  }

  async #found(filter: ResultsFilter, sort: ResultsSort): Promise<Int32Array> {
    const key = JSON.stringify([filter, sort]);
    if (this.#last?.key === key) return this.#last.rows;
    const chosen = await this.#chosen(filter);
    const order = await this.#order(sort);
    let total = 0;
    for (const each of chosen) total += each;
    const rows = new Int32Array(total);
    let at = 0;
    for (let i = 0; i < chosen.length; i++) {
      const row = order ? order[i]! : i;
      if (chosen[row] === 1) rows[at++] = row;
    }
    this.#last = { key, rows };
    return rows;
  }

  async #chosen(filter: ResultsFilter): Promise<Uint8Array> {
    const [metric, iou, whole] = await Promise.all([
      filter.metric ? this.#number(filter.metric.id) : null,
      this.#number('iou'),
      this.#number('iou.whole'),
    ]);
    return chosenRows({ ...this.#keys, metric, iou, whole }, filter);
  }

  /** Null: the order of the files. */
  async #order({ by, down }: ResultsSort): Promise<Int32Array | null> {
    if (by === null) return null;
    const key = `${by} ${down}`;
    const known = this.#orders.get(key);
    if (known) return known;
    const column = TEXTS.has(by)
      ? rankedTexts(this.#keys[by as 'image' | 'label' | 'method' | 'state'])
      : by === 'score'
        ? this.#keys.score
        : await this.#number(by);
    if (!column) return null;
    const order = orderOf(column, down);
    this.#orders.set(key, order);
    for (const oldest of this.#orders.keys()) if (this.#orders.size > KEPT_ORDERS) this.#orders.delete(oldest);
    return order;
  }

  #number(id: string): Promise<Float64Array | null> {
    const known = this.#numbers.get(id);
    if (known) return known;
    const reading = this.#results.read('part', [id]).then((table) => numbersOf(table, id));
    this.#numbers.set(id, reading);
    reading.catch(() => this.#numbers.delete(id));
    return reading;
  }

  #row(row: number, columns: readonly (Float64Array | null)[]): ResultsRow {
    const { image, index, label, method, state, score, predicted, outcome } = this.#keys;
    return {
      image: textAt(image, row) ?? '',
      index: index[row]!,
      label: textAt(label, row) ?? String(index[row]),
      method: textAt(method, row) ?? '',
      state: textAt(state, row),
      score: numberAt(score, row),
      predicted: predicted[row] === 1,
      outcome: OUTCOMES[outcome[row]!]!,
      values: columns.map((column) => (column ? numberAt(column, row) : null)),
    };
  }
}

/** Which of many numbers were seen, in an eighth of a byte each. */
class Bits {
  readonly #words: Uint8Array;

  constructor(count: number) {
    this.#words = new Uint8Array(Math.ceil(count / 8));
  }

  /** Whether it is new. */
  add(at: number): boolean {
    const [word, bit] = [Math.floor(at / 8), 1 << (at % 8)];
    if ((this.#words[word]! & bit) !== 0) return false;
    this.#words[word]! |= bit;
    return true;
  }
}

function count(bins: number[], value: number, low: number, high: number): void {
  if (Number.isNaN(value)) return;
  bins[Math.max(0, Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS)))]!++;
}
