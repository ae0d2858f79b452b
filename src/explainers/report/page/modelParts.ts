import { allItems, type Items } from '../../results/items.ts';
import type { MetricColumns, ResultColumns } from '../../results/resultColumns.ts';
import { colourOf } from '../charts/chart.ts';
import { density } from '../charts/density.ts';
import { reliability } from '../charts/reliability.ts';
import { calibrationTable, confusionTable, scoreTable } from '../reportTables.ts';
import type { CalibrationRow } from '../tables/calibration.ts';
import type { ConfusionRow } from '../tables/confusion.ts';
import { type ScoreRow, scoredRows } from '../tables/scoreAgainst.ts';
import { numbers } from '../tables/summaryRows.ts';
import { folded, note, section, tableMarkup } from './markup.ts';

/** Diagrams of single classes. */
const MOST_DIAGRAMS = 24;

export function scorePart(
  { results, items, titles }: { results: ResultColumns; items: Items; titles: ReadonlyMap<string, string> },
  metric: MetricColumns,
  rows: readonly ScoreRow[],
): string {
  const plots = items.methods.map((method, m) => {
    const some = scoredRows(results, metric, items.rows[m]!, allItems(items));
    const title = titles.get(method) ?? method;
    return density(
      title,
      ['score', metric.id],
      numbers(results.score, some),
      numbers(metric.values, some),
      colourOf(m),
    );
  });
  return section(
    'score',
    `Score against ${metric.id}`,
    note('Do maps agree better where the model is surer? Each picture shows all classes; the darker, the more images.'),
    `<div class="few">${plots.join('')}</div>`,
    folded(
      'Numbers',
      tableMarkup(scoreTable(rows.map((row) => ({ ...row, method: titles.get(row.method) ?? row.method })))),
    ),
  );
}

export function calibrationPart(rows: readonly CalibrationRow[]): string {
  const drawn = rows.filter(({ reason }) => reason === null);
  // All classes together come first.
  const ordered = [...drawn.filter(({ index }) => index === null), ...drawn.filter(({ index }) => index !== null)];
  return section(
    'calibration',
    'Calibration',
    note(
      'Is a class there as often as its score says? Dots on the dotted line are calibrated; their size shows the number of images. Only classes that the annotation calls present or absent count.',
    ),
    `<div class="few">${ordered.slice(0, MOST_DIAGRAMS).map(reliability).join('')}</div>`,
    tableMarkup(calibrationTable(rows.filter(({ n }) => n > 0))),
    unlabelledNote(rows.filter(({ n }) => n === 0).length, 'calibration'),
  );
}

export function confusionPart(rows: readonly ConfusionRow[]): string {
  return section(
    'confusion',
    'Right and wrong',
    note('The model’s decisions at its thresholds, against the annotations.'),
    tableMarkup(confusionTable(rows.filter(isLabelled))),
    unlabelledNote(rows.filter((row) => !isLabelled(row)).length, 'confusion'),
  );
}

const isLabelled = ({ truePositives, falsePositives, falseNegatives, trueNegatives }: ConfusionRow) =>
  truePositives + falsePositives + falseNegatives + trueNegatives > 0;

/** Classes without any label would fill the page with dashes. */
function unlabelledNote(count: number, table: string): string {
  if (count === 0) return '';
  const what = count === 1 ? 'One class is' : `${count} classes are`;
  return note(`${what} not shown, because no annotation says whether the class is there; ${table}.csv has all.`);
}
