// The made-up evaluation of test/reference/report/report.py, as rows that evaluate would write.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ResultRow, ResultState } from '../../../src/explainers/contracts/evaluation.ts';
import { resultColumns } from '../../../src/explainers/evaluation/columns.ts';
import { readTables } from '../../../src/explainers/evaluation/readTable.ts';
import { writeTable } from '../../../src/explainers/evaluation/writeTable.ts';
import type { ReportInput } from '../../../src/explainers/report/reportInput.ts';
import { textsOf } from '../../../src/explainers/results/column.ts';
import { itemsOf } from '../../../src/explainers/results/items.ts';
import { columnsOf } from '../../../src/explainers/results/loadColumns.ts';
import { labelledItems } from '../../../src/explainers/results/loadLabelled.ts';

export const METRICS = {
  agreement: ['iou'],
  assessment: ['insertion', 'deletion', 'maxSensitivity'],
  comparison: ['spearman'],
};
export const METHODS = ['gradCam', 'lime', 'lrp'];
export const CLASSES = ['Edema', 'Nodule'];
const STATES: readonly ResultState[] = ['drawn', 'drawn', 'drawn', 'present', 'absent', 'uncertain'];

/** Lehmer's generator: the same doubles in every language. */
export function lehmer(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

export function madeUpRows(): readonly ResultRow[] {
  const draw = lehmer();
  return Array.from({ length: 30 }, (_, image) => {
    const subset = draw() < 0.5 ? 'single' : 'several';
    return CLASSES.map((label, index) => {
      const score = draw();
      const state = STATES[Math.floor(draw() * STATES.length)]!;
      const area = 0.05 + 0.3 * draw();
      const read = draw() < 0.4;
      const readers = read ? { count: 2, drew: 2, iou: draw() } : null;
      return METHODS.map((method, m): ResultRow => {
        const [raw, insertion, deletion, maxSensitivity, missing] = [draw(), draw(), draw(), draw(), draw()];
        const empty = state !== 'drawn' || missing < 0.1;
        const iou = empty ? null : Math.round(raw * (0.5 + 0.2 * m) * 100) / 100;
        const reason = !empty ? null : state === 'drawn' ? 'the map is empty' : 'nothing is drawn';
        const cell = (value: number | null) => ({ value, reason: value === null ? 'it failed' : null, moved: null });
        return {
          image: `${String(image).padStart(2, '0')}.png`,
          ...{ index, label, score, state, subset, method, readers, logit: 2 * score - 1, predicted: score >= 0.5 },
          agreement: { iou: { value: iou, reason, whole: area, random: area / 2 } },
          assessment: {
            insertion: cell(insertion),
            deletion: cell(m === 2 && missing > 0.9 ? null : deletion),
            maxSensitivity: cell(maxSensitivity),
          },
          error: null,
        };
      });
    });
  }).flat(2);
}

/** The rows as a Parquet file. */
export function madeUpPart(rows: readonly ResultRow[] = madeUpRows()): Uint8Array {
  return writeTable(resultColumns(METRICS), rows);
}

/** The same as the input of a report. */
export async function madeUpInput(rows: readonly ResultRow[] = madeUpRows()): Promise<ReportInput> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'made-up-'));
  try {
    const file = path.join(folder, 'part-00000.parquet');
    writeFileSync(file, madeUpPart(rows));
    const results = columnsOf(await readTables([file]));
    const items = itemsOf(results);
    return {
      ...{ title: 'made up', facts: [], results, items, failures: {}, metrics: [], titles: new Map(), seed: 0 },
      labelled: labelledItems(results, items),
      pairs: { rows: 0, method: textsOf([]), other: textsOf([]), metrics: [] },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
