// `npm run bench -- results`: opening, sorting and filtering folders of results, as the Results view asks for it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NO_FILTER, type ResultsFilter } from '../../src/explainers/contracts/resultsView.ts';
import { resultColumns } from '../../src/explainers/evaluation/columns.ts';
import { writeTable } from '../../src/explainers/evaluation/writeTable.ts';
import { Session } from '../../src/explainers/session.ts';
import { METRICS, madeUpRows } from '../explainers/report/madeUp.ts';

/** Rows of one file. */
const PART = 200_000;

export interface ResultsFigures {
  readonly rows: number;
  /** Milliseconds. */
  readonly open: number;
  readonly operations: Readonly<Record<string, number>>;
}

/** A folder of parts, in which no image is twice. */
function writeFolder(folder: string, parts: number): void {
  fs.mkdirSync(folder);
  const rows = madeUpRows();
  for (let part = 0; part < parts; part++) {
    const own = Array.from({ length: PART }, (_, i) => {
      const row = rows[i % rows.length]!;
      // Numbers of their own, so that no sort is spared.
      const iou = row.agreement['iou']!;
      const value = iou.value === null ? null : (iou.value + i * 1e-7) % 1;
      return { ...row, image: `${part}/${i}/${row.image}`, agreement: { iou: { ...iou, value } } };
    });
    const name = `part-${String(part).padStart(5, '0')}.parquet`;
    fs.writeFileSync(path.join(folder, name), writeTable(resultColumns(METRICS), own));
  }
  const manifest = { schema: 1, images: { folder, names: [] }, metrics: METRICS, partImages: 512 };
  fs.writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
}

async function measured(folder: string): Promise<ResultsFigures> {
  const session = new Session();
  const timed = async (act: () => Promise<unknown>) => {
    const start = performance.now();
    await act();
    return performance.now() - start;
  };
  const rows = (filter: Partial<ResultsFilter>, by: string | null) =>
    session.resultRows({
      ...{ folder, filter: { ...NO_FILTER, ...filter }, sort: { by, down: true } },
      ...{ from: 0, count: 200, metrics: ['iou', 'deletion'] },
    });
  let count = 0;
  const open = await timed(async () => {
    count = (await session.results({ folder })).rows;
    await rows({}, null);
  });
  const operations: Record<string, number> = {
    'sort by score': await timed(() => rows({}, 'score')),
    'sort by a metric': await timed(() => rows({}, 'iou')),
    'sort by image': await timed(() => rows({}, 'image')),
    'filter by class': await timed(() => rows({ index: 1 }, 'iou')),
    'filter by low agreement': await timed(() => rows({ lowAgreement: true }, 'iou')),
    'filter by name': await timed(() => rows({ image: '7/0' }, 'score')),
    'a window far below': await timed(
      () =>
      session.resultRows({ folder, filter: NO_FILTER, sort: { by: 'score', down: true }, from: count - 200, count: 200, metrics: ['iou'] }), // biome-ignore format: one line
    ),
    distributions: await timed(() => session.resultSummary({ folder, filter: NO_FILTER, metric: 'iou' })),
  };
  await session.dispose();
  return { rows: count, open, operations };
}

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'results-bench-'));
  try {
    const figures: ResultsFigures[] = [];
    for (const parts of [1, 10]) {
      const own = path.join(folder, String(parts));
      writeFolder(own, parts);
      figures.push(await measured(own));
    }
    process.stdout.write(JSON.stringify(figures));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

void main();
