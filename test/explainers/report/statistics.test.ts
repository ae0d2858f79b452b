// Every table against the numbers of test/reference/report/report.py.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTables } from '../../../src/explainers/evaluation/readTable.ts';
import { betweenMethods } from '../../../src/explainers/report/tables/betweenMethods.ts';
import { calibrationRows } from '../../../src/explainers/report/tables/calibration.ts';
import { ceilingRows } from '../../../src/explainers/report/tables/ceiling.ts';
import { confusionRows } from '../../../src/explainers/report/tables/confusion.ts';
import { scoreAgainst } from '../../../src/explainers/report/tables/scoreAgainst.ts';
import { summaryRows } from '../../../src/explainers/report/tables/summaryRows.ts';
import { kendallW, verdictOn } from '../../../src/explainers/report/tables/verdict.ts';
import { type Items, itemsOf } from '../../../src/explainers/results/items.ts';
import { columnsOf } from '../../../src/explainers/results/loadColumns.ts';
import { labelledItems } from '../../../src/explainers/results/loadLabelled.ts';
import { metricOf, type ResultColumns } from '../../../src/explainers/results/resultColumns.ts';
import { root } from '../../data.ts';
import { METHODS, madeUpPart, madeUpRows } from './madeUp.ts';

type Numbers = readonly unknown[];
const reference = JSON.parse(readFileSync(path.join(root, 'test/reference/report/report.json'), 'utf8')) as Readonly<
  Record<'summary' | 'between' | 'score' | 'calibration' | 'confusion' | 'ceiling', readonly Numbers[]>
> & {
  readonly verdict: { readonly ranks: readonly Numbers[]; readonly w: number; readonly n: Record<string, number> };
};

const folder = mkdtempSync(path.join(os.tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true }));
let results: ResultColumns;
let items: Items;
beforeAll(async () => {
  const rows = madeUpRows();
  // Two parts, as of a run in batches.
  const files = [rows.slice(0, 50), rows.slice(50)].map((some, i) => {
    const file = path.join(folder, `part-0000${i}.parquet`);
    writeFileSync(file, madeUpPart(some));
    return file;
  });
  results = columnsOf(await readTables(files));
  items = itemsOf(results);
});

/** The same with numbers to nine decimals. */
const near = (wanted: unknown): unknown =>
  typeof wanted === 'number' ? expect.closeTo(wanted, 9) : Array.isArray(wanted) ? wanted.map(near) : wanted;
const expectNear = (given: unknown, wanted: unknown) => expect(given).toEqual(near(wanted));

describe('statistics of an evaluation equal those of NumPy', () => {
  test('summary', () => {
    const rows = summaryRows(results, items);
    for (const [index, method, subset, ...numbers] of reference.summary) {
      const row = rows.find(
        (each) => each.metric === 'iou' && each.index === index && each.method === method && each.subset === subset,
      )!;
      const { n, mean, median, lowerQuartile, upperQuartile, interval, whole, nulls } = row;
      expectNear([n, mean, median, lowerQuartile, upperQuartile, interval, whole], numbers.slice(0, -1));
      expect(nulls).toEqual(numbers.at(-1));
      expect(row.random).toBeCloseTo(row.whole! / 2, 12);
    }
  });

  test('methods on the same images', () => {
    const rows = betweenMethods(metricOf(results, 'iou')!, items);
    expectNear(
      rows.map(({ methods, n, spearman, difference, larger }) => [...methods, n, spearman, difference, larger]),
      reference.between,
    );
  });

  test('score against IoU', () => {
    const rows = scoreAgainst(results, items, metricOf(results, 'iou')!).filter(({ index }) => index !== null);
    expectNear(
      rows.map(({ index, method, n, spearman }) => [index, method, n, spearman]),
      reference.score,
    );
  });

  test('calibration', () => {
    const rows = calibrationRows(labelledItems(results, items)).filter(({ index }) => index !== null);
    expectNear(
      rows.map(({ index, n, positives, ece, brier }) => [index, n, positives, ece, brier]),
      reference.calibration,
    );
  });

  test('confusion', () => {
    const rows = confusionRows(labelledItems(results, items));
    expectNear(
      rows.map((row) => [
        ...[row.index, row.truePositives, row.falsePositives, row.falseNegatives, row.trueNegatives],
        ...[row.sensitivity, row.specificity, row.precision, row.f1],
      ]),
      reference.confusion,
    );
  });

  test('human ceiling', () => {
    const rows = ceilingRows(results, items, metricOf(results, 'iou')!);
    expectNear(
      rows.map(({ index, n, readers, methods }) => [index, n, readers, ...methods]),
      reference.ceiling,
    );
  });

  test('verdict', () => {
    const facts = [
      { id: 'deletion', title: 'Deletion', better: 'down' as const },
      { id: 'maxSensitivity', title: 'Sensitivity', better: 'down' as const },
    ];
    const { aspects, concordance, methods } = verdictOn(results, items, facts);
    expect(methods).toEqual(METHODS);
    const known = aspects.filter(({ reason }) => reason === null);
    expect(known.map(({ ranks }) => ranks)).toEqual(reference.verdict.ranks);
    const n = Object.fromEntries(known.flatMap(({ metrics }) => metrics.map((each) => [each.metric, each.n])));
    expect(n).toEqual(reference.verdict.n);
    expectNear(concordance, reference.verdict.w);
    expect(aspects.at(-1)).toMatchObject({ id: 'randomisation', reason: 'the results have no parameterRandomisation' });
  });
});

test('Kendall’s W: 1 for equal orders, 0 for opposite ones, none where all are tied', () => {
  const [up, down, tied] = [
    [0, 1, 2],
    [2, 1, 0],
    [1, 1, 1],
  ].map((list) => Float64Array.from(list)) as [Float64Array, Float64Array, Float64Array];
  expect(kendallW([up, up, up])).toBeCloseTo(1, 12);
  expect(kendallW([up, down])).toBeCloseTo(0, 12);
  expect(kendallW([tied, tied])).toBeNull();
});

test('a repeated row counts once', async () => {
  const rows = madeUpRows();
  const file = path.join(folder, 'again.parquet');
  writeFileSync(file, madeUpPart([...rows, ...rows.slice(0, 20)]));
  const again = columnsOf(await readTables([file]));
  const found = itemsOf(again);
  expect(found.repeated).toBe(20);
  expect(summaryRows(again, found)).toEqual(summaryRows(results, items));
});
