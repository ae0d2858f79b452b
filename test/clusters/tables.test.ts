// The tables of results in pandas, DuckDB and Polars: `npm run test:clusters`.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { root } from '../data.ts';
import { EvaluationFolder, rowsOf } from '../explainers/cli/evaluation.ts';
import { missing, python } from './clusters.ts';

let here: EvaluationFolder;
beforeAll(() => {
  here = new EvaluationFolder();
});
afterAll(() => here.remove());
beforeEach((context) => {
  if (missing) context.skip(missing);
});

test('pandas, DuckDB and Polars read what we wrote, with names, types, nulls and lists', async () => {
  expect(await here.evaluate('out', '--compare')).toMatchObject({ code: 0 });
  const results = await here.results('out');
  const rows = await rowsOf(results);
  const read = JSON.parse(
    execFileSync(python!, [path.join(root, 'test/clusters/read_tables.py'), here.at('out')]).toString(),
  );
  expect(read.columns).toEqual([...(await results.read('part')).columns.keys()]);
  expect(read.types).toMatchObject({ index: 'int32', predicted: 'bool', score: 'float64', 'iou.whole': 'float64' });
  const expected = rows.map((row) => [row['image'], row['index'], row['predicted'] === 1, row['state'], row['method'], row['iou'], row['iou.reason']]); // biome-ignore format: one line
  for (const by of ['pandas', 'duckdb', 'polars']) expect(read[by], by).toEqual(expected);
  const ious = rows.flatMap(({ iou }) => (typeof iou === 'number' ? [iou] : []));
  expect(read.mean).toBeCloseTo(ious.reduce((sum, iou) => sum + iou, 0) / ious.length, 12);
  const [first] = await rowsOf(results, 'scores');
  for (const by of ['scores', 'polarsScores']) expect(read[by], by).toEqual(first!['scores']);
});
