import { type MetricColumns, metricOf } from '../../results/resultColumns.ts';
import { BOOTSTRAP } from '../../statistics/bootstrap.ts';
import { type ReportTable, tableCsv } from '../reportTable.ts';
import { summaryRows } from '../tables/summaryRows.ts';
import { type Instance, mostDrawn, multiLabel, singleLabel } from './instances.ts';
import { miouResults, miouSummary, miouSummaryTable } from './miouTables.ts';
import { isClass, STUDIED, STUDY_CLASSES } from './published.ts';
import type { StudyInput } from './studyInput.ts';
import { instanceTable, meansTable, mious, subsetTable } from './studyTables.ts';

/** The study of one variant: its tables, and the maps that its figures show. */
export interface StudyResult {
  readonly input: StudyInput;
  readonly metric: MetricColumns | null;
  readonly means: ReportTable;
  readonly subsets: ReportTable;
  readonly single: ReportTable;
  readonly multi: ReportTable;
  /** CheXlocalize's tables of each method. */
  readonly summaries: readonly {
    readonly method: string;
    readonly table: ReportTable;
    readonly results: ReportTable;
  }[];
  /** The classes of the multi-label analysis. */
  readonly pair: readonly string[] | null;
  /** The study's classes first. */
  readonly instances: readonly Instance[];
}

export function studyOf(input: StudyInput): StudyResult {
  const { results, items, titles, variant } = input;
  const metric = metricOf(results, 'iou') ?? null;
  const pair = pairOf(input);
  const single = metric ? singleLabel(results, items, metric) : [];
  const multi = metric && pair ? multiLabel(results, items, metric, pair) : [];
  const pairLabels = pair?.map((c) => items.classes[c]!.label) ?? null;
  const summary = summaryRows(results, items, { ...BOOTSTRAP, seed: input.seed });
  const none: ReportTable = { name: `${variant}-mean-iou`, columns: [], rows: [] };
  return {
    ...{ input, metric, pair: pairLabels },
    means: metric ? meansTable(input, metric, `${variant}-mean-iou`) : none,
    subsets: subsetTable(summary, titles, `${variant}-subsets`),
    single: instanceTable(single, titles, `${variant}-single-label`),
    multi: instanceTable(multi, titles, `${variant}-multi-label`),
    summaries: metric
      ? items.methods.map((method, m) => {
          const table = mious(input, metric, m);
          return {
            method,
            table: miouSummaryTable(miouSummary(table), `${variant}-${method}-miou_summary_results`),
            results: miouResults(table, `${variant}-${method}-miou_results`),
          };
        })
      : [],
    instances: [
      ...multi,
      ...single.filter(({ label }) => pairLabels?.includes(label)),
      ...single.filter(({ label }) => !pairLabels?.includes(label)),
    ],
  };
}

/** The study's two classes if both are drawn; else the two with most drawings. */
function pairOf({ results, items }: StudyInput): readonly [number, number] | null {
  const [first, second] = STUDIED.map((name) => {
    const studied = STUDY_CLASSES.find((each) => each.name === name)!;
    return items.classes.findIndex(({ label }) => isClass(label, studied));
  });
  return first! >= 0 && second! >= 0 ? [first!, second!] : mostDrawn(results, items);
}

/** CSV files by name. */
export function studyCsv({ means, subsets, single, multi, summaries }: StudyResult): ReadonlyMap<string, string> {
  const tables = [means, subsets, single, multi, ...summaries.flatMap(({ table, results }) => [table, results])];
  return new Map(tables.map((table) => [`${table.name}.csv`, tableCsv(table)]));
}
