import type { ResultsRow, ResultsRows } from '../../explainers/contracts/resultsView.ts';

/** Rows of one request: more than two screens. */
export const PAGE = 200;
/** Pages that are kept. */
const KEPT = 60;

/** The rows of one query, fetched in pages, those in view first and their neighbours ahead. */
export class RowCache {
  readonly #get: (from: number, count: number) => Promise<ResultsRows>;
  readonly #changed: () => void;
  readonly #pages = new Map<number, readonly ResultsRow[]>();
  readonly #asked = new Set<number>();
  #total: number | null = null;

  /** @param changed is called when rows have arrived */
  constructor(get: (from: number, count: number) => Promise<ResultsRows>, changed: () => void) {
    this.#get = get;
    this.#changed = changed;
  }

  /** Null: not known yet. */
  get total(): number | null {
    return this.#total;
  }

  row(at: number): ResultsRow | undefined {
    return this.#pages.get(Math.floor(at / PAGE))?.[at % PAGE];
  }

  /** Fetches the rows of a view, and a screen or two before and after it. */
  want(from: number, to: number): void {
    const [first, last] = [Math.floor(Math.max(0, from) / PAGE), Math.floor(Math.max(0, to - 1) / PAGE)];
    for (let page = first; page <= last; page++) this.#fetch(page);
    for (const page of [last + 1, first - 1, last + 2]) this.#fetch(page);
  }

  #fetch(page: number): void {
    const beyond = this.#total !== null && page * PAGE >= this.#total;
    if (page < 0 || beyond || this.#pages.has(page) || this.#asked.has(page)) return;
    if (this.#total === null && page > 0) return;
    this.#asked.add(page);
    void this.#get(page * PAGE, PAGE).then(
      ({ total, rows }) => {
        this.#asked.delete(page);
        this.#total = total;
        this.#pages.set(page, rows);
        for (const oldest of this.#pages.keys()) if (this.#pages.size > KEPT) this.#pages.delete(oldest);
        this.#changed();
      },
      () => {
        this.#asked.delete(page);
        this.#total ??= 0;
        this.#changed();
      },
    );
  }
}
