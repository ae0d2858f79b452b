// Filters and orders of a folder of results, against the plain rows.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResultRow } from '../../../src/explainers/contracts/evaluation.ts';
import { NO_FILTER, type ResultsFilter } from '../../../src/explainers/contracts/resultsView.ts';
import { textsOf } from '../../../src/explainers/results/column.ts';
import { orderOf, rankedTexts } from '../../../src/explainers/results/order.ts';
import { Session } from '../../../src/explainers/session.ts';
import { METRICS, madeUpPart, madeUpRows } from '../report/madeUp.ts';

const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, 5e-324, -5e-324, Infinity, -Infinity, 1, -1));

describe('orders', () => {
  test.each([false, true])(
    'numbers, descending: %s; equal ones keep their order, those without a number are last',
    (down) => {
      fc.assert(
        fc.property(fc.array(number, { maxLength: 80 }), (list) => {
          const none = (row: number) => Number.isNaN(list[row]);
          const wanted = [...list.keys()].sort((a, b) => {
            if (none(a) || none(b)) return Number(none(a)) - Number(none(b)) || a - b;
            const [x, y] = down ? [list[b]!, list[a]!] : [list[a]!, list[b]!];
            return (x < y ? -1 : x > y ? 1 : 0) || a - b;
          });
          expect([...orderOf(Float64Array.from(list), down)]).toEqual(wanted);
        }),
      );
    },
  );

  test('texts', () => {
    const texts = textsOf(['b', null, 'a', 'ä', 'b', 'B']);
    expect([...orderOf(rankedTexts(texts), false)]).toEqual([5, 2, 0, 4, 3, 1]);
  });
});

describe('a folder of results', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'results-'));
  const session = new Session();
  const rows = madeUpRows();
  const write = (some: readonly ResultRow[]) =>
    writeFileSync(path.join(folder, 'part-00000.parquet'), madeUpPart(some));
  afterAll(async () => {
    await session.dispose();
    rmSync(folder, { recursive: true });
  });
  beforeAll(() => {
    write(rows);
    const manifest = { schema: 1, images: { folder: '/images', names: [] }, metrics: METRICS, partImages: 8 };
    writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  });

  const found = async (filter: Partial<ResultsFilter>, by: string | null = null, down = true) => {
    const query = { folder, filter: { ...NO_FILTER, ...filter }, sort: { by, down } };
    return session.resultRows({ ...query, from: 0, count: 1000, metrics: ['iou', 'deletion'] });
  };
  const iou = (row: ResultRow) => row.agreement['iou']!.value;
  const isThere = ({ state }: ResultRow) => state === 'drawn' || state === 'present';

  test('what is in it', async () => {
    expect(await session.results({ folder })).toEqual({
      ...{ folder, rows: rows.length, images: 30, methods: ['gradCam', 'lime', 'lrp'], model: null },
      classes: [
        { index: 0, label: 'Edema' },
        { index: 1, label: 'Nodule' },
      ],
      metrics: ['iou', 'insertion', 'deletion', 'maxSensitivity'],
      imageFolder: path.resolve('/images'),
    });
  });

  const filters: readonly (readonly [name: string, Partial<ResultsFilter>, (row: ResultRow) => boolean])[] = [
    ['none', {}, () => true],
    ['class', { index: 1 }, (row) => row.index === 1],
    ['method', { method: 'lrp' }, (row) => row.method === 'lrp'],
    ['missed', { outcome: 'missed' }, (row) => isThere(row) && !row.predicted],
    ['false alarms', { outcome: 'falseAlarm' }, (row) => row.state === 'absent' && row.predicted],
    ['wrong', { outcome: 'wrong' }, (row) => (isThere(row) ? !row.predicted : row.state === 'absent' && row.predicted)],
    ['no label', { outcome: 'unlabelled' }, (row) => row.state === 'uncertain'],
    ['score', { score: [0.2, 0.6] }, (row) => row.score >= 0.2 && row.score <= 0.6],
    [
      'metric',
      { metric: { id: 'iou', range: [0.1, 0.3] } },
      (row) => iou(row) !== null && iou(row)! >= 0.1 && iou(row)! <= 0.3,
    ],
    ['low agreement', { lowAgreement: true }, (row) => iou(row) !== null && iou(row)! < row.agreement['iou']!.whole!],
    ['part of a name', { image: '1.PNG' }, (row) => row.image.endsWith('1.png')],
    [
      'findings',
      {
        items: [
          { image: '03.png', index: 1 },
          { image: '05.png', index: -1 },
        ],
      },
      (row) => (row.image === '03.png' && row.index === 1) || row.image === '05.png',
    ],
    ['several', { index: 0, method: 'lime', outcome: 'right' }, (row) => row.index === 0 && row.method === 'lime' && (isThere(row) ? row.predicted : row.state === 'absent' && !row.predicted)], // biome-ignore format: one line
  ];
  test.each(filters)('filter: %s', async (_, filter, is) => {
    const wanted = rows.filter(is);
    expect(wanted.length).toBeGreaterThan(0);
    const { total, rows: got } = await found(filter);
    expect(total).toBe(wanted.length);
    expect(got.map((row) => [row.image, row.index, row.method, row.values[0]])).toEqual(
      wanted.map((row) => [row.image, row.index, row.method, iou(row)]),
    );
  });

  test('sorted by a metric, filtered, in windows', async () => {
    const wanted = rows
      .filter((row) => row.method === 'lime' && iou(row) !== null)
      .map(iou)
      .sort((a, b) => b! - a!);
    const { rows: got } = await found({ method: 'lime' }, 'iou');
    expect(got.slice(0, wanted.length).map(({ values }) => values[0])).toEqual(wanted);
    expect(got.slice(wanted.length).every(({ values }) => values[0] === null)).toBe(true);
    const query = {
      folder,
      filter: { ...NO_FILTER, method: 'lime' },
      sort: { by: 'iou', down: true },
      metrics: ['iou'],
    };
    const window = await session.resultRows({ ...query, from: 5, count: 3 });
    expect(window.rows.map(({ values }) => values[0])).toEqual(wanted.slice(5, 8));
  });

  test('summary: each image counts once per class, whatever the methods', async () => {
    const filter = { ...NO_FILTER, index: 1 };
    const { total, outcomes, scores, values } = await session.resultSummary({ folder, filter, metric: 'iou' });
    const own = rows.filter((row) => row.index === 1);
    expect(total).toBe(own.length);
    const once = own.filter((row) => row.method === 'lime');
    expect(outcomes[1]!.missed).toBe(once.filter((row) => isThere(row) && !row.predicted).length);
    expect(Object.values(outcomes[1]!).reduce((a, b) => a + b)).toBe(once.length);
    expect(scores.reduce((a, b) => a + b)).toBe(own.length);
    expect(values.reduce((a, b) => a + b)).toBe(own.filter((row) => iou(row) !== null).length);
  });

  test('new results are read when the folder is opened again, and rows do not move before that', async () => {
    write(rows.slice(0, 50));
    expect((await found({})).total).toBe(rows.length);
    expect((await session.results({ folder })).rows).toBe(50);
    expect((await found({})).total).toBe(50);
    write(rows);
    await session.results({ folder });
  });
});
