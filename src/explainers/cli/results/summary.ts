import { isThere } from '../../contracts/labels/annotations.ts';
import type { ImageAnnotations, Measurement, MeasurementSummary } from '../../contracts/results.ts';
import { csvRecord } from '../../csvRecord.ts';
import { written } from '../../unseen.ts';
import { METRICS } from '../pages/imagePage.ts';
import { type Cell, textTable, wrapped } from '../pages/textTable.ts';
import type { ImageRun } from '../run/imageRun.ts';

/** Increased whenever a field of the summary changes its meaning. */
const SCHEMA_VERSION = 1;

/** A row of the summary with its class by name. */
export interface SummaryRow extends MeasurementSummary {
  readonly label: string;
}

/** The measurements of an image's run, over all its maps. */
export function measurementsOf({ image, annotations, agreement, assessment }: ImageRun): readonly Measurement[] {
  const positives = positivesOf(annotations);
  const all: readonly Omit<Measurement, 'image' | 'positives'>[] = [...agreement, ...assessment];
  return all.map(({ method, index, metric, reader, value, reason }) => ({
    image: image.name,
    method,
    index,
    metric,
    ...(reader !== undefined && { reader }),
    value,
    ...(reason !== undefined && { reason }),
    positives,
  }));
}

/** How many classes are present in the image; null if the files say nothing about it. */
function positivesOf(annotations: ImageAnnotations | null): number | null {
  const states = Object.values(annotations?.states ?? {});
  return states.length === 0 ? null : states.filter(isThere).length;
}

const HEAD = ['class', 'method', 'metric', 'images', 'n', 'mean', '95 % interval', 'median', 'quartiles', 'without'];

/** The summary as a table for people. */
export function summaryTable(rows: readonly SummaryRow[], width = Number.POSITIVE_INFINITY): string {
  const number = (value: number | null) => (value === null ? '–' : value.toFixed(3));
  const range = (values: readonly (number | null)[] | null) =>
    values === null || values[0] === null ? '–' : values.map(number).join(' … ');
  const cells = rows.map((row): Cell[] => [
    row.label,
    row.method,
    row.reader === undefined ? row.metric : `${row.metric} (${row.reader})`,
    SUBSETS[row.subset],
    row.n,
    row.mean,
    range(row.interval),
    row.median,
    range([row.lowerQuartile, row.upperQuartile]),
    Object.entries(row.nulls)
      .map(([reason, count]) => `${count}: ${reason}`)
      .join('; '),
  ]);
  return `${textTable(HEAD, cells, width, 3)}\n`;
}

/** The same for a terminal: all images together, with the metrics that fit there and those of `--assess`. */
export function summaryPage(rows: readonly SummaryRow[], assessed: readonly string[], width: number): string {
  const shown = rows.filter(
    ({ subset, metric }) => subset === 'all' && (METRICS.includes(metric) || assessed.includes(metric)),
  );
  const cells = shown.map((row): Cell[] => [
    row.label,
    row.method,
    row.reader === undefined ? row.metric : `${row.metric} (${row.reader})`,
    row.n,
    row.mean,
    row.interval?.[0] == null ? null : row.interval.map((value) => value?.toFixed(3)).join(' … '),
    row.median,
  ]);
  const reasons = [...new Set(shown.flatMap(({ nulls }) => Object.keys(nulls)))].map((reason) => `–: ${reason}`);
  const note =
    'The other metrics, and separate tables for images with one label and with several, are in summary.csv, which --out DIR writes.';
  return [
    textTable(['class', 'method', 'metric', 'n', 'mean', '95 % interval', 'median'], cells, width, 3),
    ...[...reasons, note].map((text) => wrapped(written(text), width, '  ')),
    '',
  ].join('\n');
}

const SUBSETS: Readonly<Record<MeasurementSummary['subset'], string>> = {
  all: 'all',
  singleLabel: 'one label',
  multiLabel: 'several labels',
};

const COLUMNS = [
  'index',
  'label',
  'method',
  'metric',
  'reader',
  'subset',
  'n',
  'mean',
  'median',
  'lowerQuartile',
  'upperQuartile',
] as const;

/** One line per row; empty if there is no number. */
export function summaryCsv(rows: readonly SummaryRow[]): string {
  const records = rows.map((row) =>
    csvRecord([
      ...COLUMNS.map((column) => row[column]),
      row.interval?.[0] ?? null,
      row.interval?.[1] ?? null,
      Object.values(row.nulls).reduce((sum, count) => sum + count, 0),
      Object.entries(row.nulls)
        .map(([reason, count]) => `${count}: ${reason}`)
        .join('; '),
    ]),
  );
  const head = csvRecord([...COLUMNS, 'intervalLow', 'intervalHigh', 'nulls', 'nullReasons']);
  return `${[head, ...records].join('\n')}\n`;
}

export function summaryJson(rows: readonly SummaryRow[], seed: number): string {
  const bootstrap = { resamples: 1000, confidence: 0.95, seed };
  return `${JSON.stringify({ schema: SCHEMA_VERSION, bootstrap, rows }, undefined, 2)}\n`;
}
