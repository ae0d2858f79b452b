import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageScores, MethodPair } from '../../../src/explainers/contracts/evaluation.ts';
import { type Column, pairColumns, resultColumns, SCORE_COLUMNS } from '../../../src/explainers/evaluation/columns.ts';
import { partFiles, partName, partOf } from '../../../src/explainers/evaluation/partFiles.ts';
import { readNotes, readTables, type TableColumn } from '../../../src/explainers/evaluation/readTable.ts';
import { openResults } from '../../../src/explainers/evaluation/results.ts';
import { writeTable } from '../../../src/explainers/evaluation/writeTable.ts';
import { root } from '../../data.ts';
import { anyRow, METRICS } from './randomRows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'results-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (column: TableColumn | undefined, row: number) => {
  if (column?.kind === 'text') return column.codes[row] === -1 ? null : column.texts[column.codes[row]!];
  if (column?.kind === 'number') return Number.isNaN(column.values[row]) ? null : column.values[row];
  return column && [...column.values[row]!];
};

/** What a cell is after it was written and read again. */
const kept = (value: unknown) =>
  typeof value === 'boolean' ? Number(value) : Array.isArray(value) ? value.map(Math.fround) : value;

async function roundTrip<Row>(columns: readonly Column<Row>[], files: readonly (readonly Row[])[]): Promise<void> {
  const paths = files.map((_, i) => path.join(folder, `${i}.parquet`));
  for (const [i, rows] of files.entries()) await writeFile(paths[i]!, writeTable(columns, rows));
  const table = await readTables(paths);
  const rows = files.flat();
  expect(table.rows).toBe(rows.length);
  expect([...table.columns.keys()]).toEqual(columns.map(({ name }) => name));
  for (const [i, row] of rows.entries())
    for (const { name, of } of columns) expect(at(table.columns.get(name), i), name).toEqual(kept(of(row)));
}

describe('tables of results', () => {
  test('hold what was written, whatever it is and however it is divided into files', async () => {
    const columns = resultColumns(METRICS);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyRow, { maxLength: 4 }), { minLength: 1, maxLength: 3 }), (files) =>
        roundTrip(columns, files),
      ),
      { numRuns: 40 },
    );
  });

  test('hold lists of scores, also of no image and of no class', async () => {
    const scores = (image: string, length: number): ImageScores => ({
      image,
      height: 480,
      width: 640,
      scores: Array.from({ length }, (_, i) => i / 7),
      states: '.'.repeat(length),
    });
    await roundTrip(SCORE_COLUMNS, [[scores('a.png', 14), scores('b.png', 14)], [], [scores('c.png', 0)]]);
  });

  test('hold comparisons of methods', async () => {
    const pair: MethodPair = { image: 'a.png', index: 1, label: 'Dog', method: 'gradCam', other: 'lime', values: { spearman: 0.25, topKOverlap: null }, reason: 'one map is constant' }; // biome-ignore format: one line
    await roundTrip(pairColumns(METRICS), [[pair]]);
  });

  test('equal rows give equal bytes, and notes are kept', async () => {
    const columns = resultColumns(METRICS);
    const rows = fc.sample(anyRow, { numRuns: 50, seed: 7 });
    const notes = new Map([['saliencyLens.items', '["a.png"]']]);
    const bytes = writeTable(columns, rows, notes);
    expect(Buffer.from(writeTable(columns, structuredClone(rows), notes)).equals(bytes)).toBe(true);
    const file = path.join(folder, 'notes.parquet');
    await writeFile(file, bytes);
    expect(await readNotes(file)).toEqual(notes);
  });

  test('only the columns that are asked for are read', async () => {
    const file = path.join(folder, 'some.parquet');
    await writeFile(file, writeTable(resultColumns(METRICS), fc.sample(anyRow, { numRuns: 5, seed: 1 })));
    const { rows, columns } = await readTables([file], ['iou', 'image', 'nothing']);
    expect([rows, ...columns.keys()]).toEqual([5, 'image', 'iou']);
  });

  test('a damaged file is named, with what to do', async () => {
    const file = path.join(folder, 'part-00000.parquet');
    const whole = writeTable(resultColumns(METRICS), fc.sample(anyRow, { numRuns: 20, seed: 1 }));
    for (const bytes of [whole.subarray(0, whole.length / 2), whole.subarray(8), new Uint8Array(20)]) {
      await writeFile(file, bytes);
      await expect(readTables([file])).rejects.toMatchObject({ kind: 'usage', subject: file });
    }
  });
});

test('every column is in docs/evaluate.md', () => {
  const page = readFileSync(path.join(root, 'docs/evaluate.md'), 'utf8');
  const columns = [...resultColumns(METRICS), ...SCORE_COLUMNS, ...pairColumns(METRICS)];
  const ids = [...METRICS.agreement, ...METRICS.assessment];
  const named = columns.map(({ name }) =>
    ids.includes(name.split('.')[0]!) ? name.replace(/^[^.]+/, 'METRIC') : name,
  );
  for (const name of new Set(named)) expect(page).toContain(`\`${name}\``);
});

describe('a folder of results', () => {
  test('its parts are found by their names, in their order, and nothing else is', async () => {
    const own = await mkdtemp(path.join(folder, 'run-'));
    const parts = [
      { shard: 0, shards: 1, number: 0 },
      { shard: 0, shards: 1, number: 123456 },
      { shard: 3, shards: 16, number: 2 },
    ];
    const names = parts.map((part) => partName('part', part));
    expect(names.map(partOf)).toEqual(parts.map((part) => ({ table: 'part', ...part })));
    for (const name of [...names, 'scores-00000.parquet', 'part-1.parquet', '.part-00001.parquet', 'party.parquet'])
      await writeFile(path.join(own, name), '');
    expect((await partFiles(own, 'part')).map((file) => path.basename(file))).toEqual([...names].sort());
  });

  test('has its manifest, failures and tables', async () => {
    const own = await mkdtemp(path.join(folder, 'run-'));
    await expect(openResults(own)).rejects.toMatchObject({ kind: 'usage', subject: own });
    const failure = { image: 'b.png', method: null, index: null, error: { kind: 'image', message: 'It is empty.' } };
    await writeFile(
      path.join(own, 'manifest.json'),
      JSON.stringify({ schema: 1, images: { names: [] }, metrics: METRICS, partImages: 4 }),
    );
    await writeFile(path.join(own, 'failures.jsonl'), `${JSON.stringify(failure)}\n{"ima`);
    const rows = fc.sample(anyRow, { numRuns: 3, seed: 2 });
    await writeFile(path.join(own, 'part-00000.parquet'), writeTable(resultColumns(METRICS), rows));
    const results = await openResults(own);
    expect(results.failures).toEqual([failure]);
    expect((await results.read('part', ['image'])).rows).toBe(3);
    expect(await results.read('pairs')).toEqual({ rows: 0, columns: new Map() });
  });
});
