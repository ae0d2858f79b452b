import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { csvRecord, csvText } from '../../csvRecord.ts';
import { ExplainError } from '../../errors.ts';
import { NotAFile, readWholeFileSync } from '../../files/plainFile.ts';
import type { TunedThreshold } from '../../metrics/tuning.ts';

/** The size limit of a table of thresholds. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Thresholds that were tuned on other images, from a CSV file with the columns `threshold` and `task`, as in
 * CheXlocalize.
 */
export interface ThresholdTable {
  readonly path: string;
  readonly rows: readonly {
    /** Null: for every method. */
    readonly method: string | null;
    readonly label: string;
    readonly threshold: number;
  }[];
}

/** The best threshold for a method's maps of a class. */
export interface TunedClass extends TunedThreshold {
  readonly method: string;
  readonly index: number;
  readonly label: string;
}

/** The format that {@link readThresholds} reads. */
export function thresholdCsv(tuned: readonly TunedClass[]): string {
  const rows = tuned.map(({ threshold, label, method, iou, images }) =>
    csvRecord([threshold, label, method, iou, images]),
  );
  return `${['threshold,task,method,mIoU,images', ...rows].join('\n')}\n`;
}

/** @throws ExplainError `usage` for a file that cannot be read or holds no thresholds */
export function readThresholds(file: string, cwd: string): ThresholdTable {
  const full = path.resolve(cwd, file);
  let records: Record<string, string>[];
  try {
    records = parse(readWholeFileSync(full, MOST_BYTES), {
      bom: true,
      columns: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (cause) {
    throw unreadable(
      full,
      `cannot be read (${cause instanceof NotAFile ? cause.message : ((cause as NodeJS.ErrnoException).code ?? 'not CSV')})`,
      cause,
    );
  }
  const rows = records.map((record, i) => {
    const threshold = Number(record['threshold'] || Number.NaN);
    if (!record['task'] || !(threshold >= 0 && threshold <= 1)) {
      throw unreadable(full, `has no task with a threshold from 0 to 1 in its row ${i + 1}`);
    }
    return { method: record['method'] || null, label: csvText(record['task']), threshold };
  });
  if (rows.length === 0) throw unreadable(full, 'has no rows');
  return { path: full, rows };
}

function unreadable(file: string, what: string, cause?: unknown): ExplainError {
  return new ExplainError(
    {
      kind: 'usage',
      message: `The file of thresholds ${what}.`,
      subject: file,
      next: 'Use a CSV file with the columns threshold and task, such as the thresholds.csv of a run with --threshold tuned --out DIR.',
    },
    { cause },
  );
}
