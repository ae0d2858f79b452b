import { LRUCache } from 'lru-cache';
import { partFiles } from '../evaluation/partFiles.ts';
import { openResults } from '../evaluation/results.ts';
import { fileStamp } from '../files/fileStamp.ts';
import { ResultsTable } from '../results/resultsTable.ts';

/** Folders that are kept open: each may take some hundred bytes a row. */
const KEPT = 2;

interface Opened {
  readonly stamp: string;
  readonly table: Promise<ResultsTable>;
}

/** Folders of results that are looked at, opened again when their files change. */
export class ResultsViews {
  readonly #kept = new LRUCache<string, Opened>({ max: KEPT });

  /** @param again false: as it was when it was opened, so that rows do not move while somebody looks at them */
  async of(folder: string, again: boolean): Promise<ResultsTable> {
    const known = this.#kept.get(folder);
    if (known && !again) return known.table;
    const files = await partFiles(folder, 'part');
    const stamp = (await Promise.all(files.map(fileStamp))).join('\n');
    if (known?.stamp === stamp) return known.table;
    const table = openResults(folder).then((results) => ResultsTable.open(results));
    this.#kept.set(folder, { stamp, table });
    table.catch(() => this.#kept.delete(folder));
    return table;
  }

  clear(): void {
    this.#kept.clear();
  }
}
