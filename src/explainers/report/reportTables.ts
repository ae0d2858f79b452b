// The tables of a report, each from its statistics.

import type { Cell, ReportTable } from './reportTable.ts';
import type { MethodPair } from './tables/betweenMethods.ts';
import type { CalibrationRow } from './tables/calibration.ts';
import type { CeilingRow } from './tables/ceiling.ts';
import type { ConfusionRow } from './tables/confusion.ts';
import type { AlikeRow } from './tables/mapsAlike.ts';
import type { ScoreRow } from './tables/scoreAgainst.ts';
import type { SummaryRow } from './tables/summaryRows.ts';
import type { Verdict } from './tables/verdict.ts';

const INDEX = { id: 'index' };
const LABEL = { id: 'label', title: 'Class' };
const METHOD = { id: 'method', title: 'Method' };
const METRIC = { id: 'metric' };
const N = { id: 'n', title: 'n' };
const REASON = { id: 'reason', title: 'Why not' };

export function summaryTable(rows: readonly SummaryRow[]): ReportTable {
  return {
    name: 'summary',
    columns: [
      ...[INDEX, LABEL, METHOD, METRIC, { id: 'subset', title: 'Images' }, N],
      { id: 'mean', title: 'Mean' },
      { id: 'low', title: '95 % from' },
      { id: 'high', title: 'to' },
      { id: 'median', title: 'Median' },
      { id: 'lowerQuartile', title: 'Quartiles' },
      { id: 'upperQuartile', title: '' },
      { id: 'whole', title: 'Whole image' },
      { id: 'random', title: 'Random' },
      { id: 'nulls', title: 'Null' },
      { id: 'reasons', title: 'Because' },
    ],
    rows: rows.map(
      ({ index, label, method, metric, subset, n, mean, median, lowerQuartile, upperQuartile, ...row }) => ({
        ...{ index, label, method, metric, subset, n, mean, median, lowerQuartile, upperQuartile },
        low: row.interval?.[0] ?? null,
        high: row.interval?.[1] ?? null,
        whole: row.whole,
        random: row.random,
        nulls: Object.values(row.nulls).reduce((sum, count) => sum + count, 0),
        reasons: Object.entries(row.nulls)
          .map(([reason, count]) => `${count}: ${reason}`)
          .join('; '),
      }),
    ),
  };
}

const FIRST = { id: 'first', title: 'Method' };
const SECOND = { id: 'second', title: 'Other method' };

export function betweenTable(rows: readonly MethodPair[]): ReportTable {
  return {
    name: 'methods',
    columns: [
      ...[FIRST, SECOND, METRIC, N],
      { id: 'spearman', title: 'Rank correlation' },
      { id: 'difference', title: 'Mean difference' },
      { id: 'larger', title: 'Share larger' },
      REASON,
    ],
    rows: rows.map(({ methods: [first, second], ...row }) => ({ first, second, ...row })),
  };
}

export function alikeTable(rows: readonly AlikeRow[]): ReportTable {
  return {
    name: 'maps-alike',
    columns: [FIRST, SECOND, { id: 'metric', title: 'Measure' }, N, { id: 'mean', title: 'Mean' }],
    rows: rows.map(({ methods: [first, second], ...row }) => ({ first, second, ...row })),
  };
}

export function scoreTable(rows: readonly ScoreRow[]): ReportTable {
  return {
    name: 'score-against-iou',
    columns: [INDEX, LABEL, METHOD, METRIC, N, { id: 'spearman', title: 'Rank correlation' }, REASON],
    rows: rows.map((row) => ({ ...row })),
  };
}

export function calibrationTable(rows: readonly CalibrationRow[]): ReportTable {
  return {
    name: 'calibration',
    columns: [
      ...[INDEX, LABEL, N],
      { id: 'positives', title: 'Present' },
      { id: 'ece', title: 'Calibration error' },
      { id: 'brier', title: 'Brier score' },
      REASON,
    ],
    rows: rows.map(({ bins, ...row }) => ({ ...row })),
  };
}

export function binTable(rows: readonly CalibrationRow[]): ReportTable {
  return {
    name: 'calibration-bins',
    columns: [INDEX, LABEL, { id: 'low' }, { id: 'high' }, N, { id: 'score' }, { id: 'present' }],
    rows: rows.flatMap(({ index, label, bins }) => bins.map((bin) => ({ index, label, ...bin }))),
  };
}

export function confusionTable(rows: readonly ConfusionRow[]): ReportTable {
  return {
    name: 'confusion',
    columns: [
      ...[INDEX, LABEL],
      { id: 'truePositives', title: 'Found' },
      { id: 'falseNegatives', title: 'Missed' },
      { id: 'falsePositives', title: 'False alarms' },
      { id: 'trueNegatives', title: 'Rightly absent' },
      { id: 'unlabelled', title: 'No label' },
      { id: 'sensitivity', title: 'Sensitivity' },
      { id: 'specificity', title: 'Specificity' },
      { id: 'precision', title: 'Precision' },
      { id: 'f1', title: 'F1' },
    ],
    rows: rows.map((row) => ({ ...row })),
  };
}

/** @param titles of the methods, in the order of the rows' methods */
export function ceilingTable(rows: readonly CeilingRow[], titles: readonly string[]): ReportTable {
  return {
    name: 'readers',
    columns: [
      ...[INDEX, LABEL, N],
      { id: 'readers', title: 'Readers' },
      ...titles.map((title, i) => ({ id: `method${i}`, title })),
    ],
    rows: rows.map(({ methods, ...row }) => ({
      ...row,
      ...Object.fromEntries(methods.map((value, i) => [`method${i}`, value])),
    })),
  };
}

export function verdictTable({ methods, aspects }: Verdict): ReportTable {
  return {
    name: 'verdict',
    columns: [
      METHOD,
      { id: 'aspect', title: 'Aspect' },
      { id: 'rank', title: 'Rank' },
      { id: 'metric', title: 'Metric' },
      N,
      { id: 'mean', title: 'Mean' },
      { id: 'metricRank', title: 'Rank by it' },
      REASON,
    ],
    rows: aspects.flatMap(({ id, metrics, ranks, reason }) =>
      methods.flatMap((method, m): readonly Readonly<Record<string, Cell>>[] =>
        metrics.length === 0
          ? [{ method, aspect: id, rank: null, metric: null, n: 0, mean: null, metricRank: null, reason }]
          : metrics.map((metric) => ({
              ...{ method, aspect: id, rank: ranks[m]!, metric: metric.metric, n: metric.n },
              ...{ mean: metric.means[m]!, metricRank: metric.ranks[m]!, reason },
            })),
      ),
    ),
  };
}
