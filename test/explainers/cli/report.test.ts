import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResultRow } from '../../../src/explainers/contracts/evaluation.ts';
import { METHODS, METRICS, madeUpPart, madeUpRows } from '../report/madeUp.ts';
import { cli } from './cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cli-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

function writeResults(rows: readonly ResultRow[], more: object = {}): void {
  writeFileSync(path.join(folder, 'part-00000.parquet'), madeUpPart(rows));
  const methods = METHODS.map((id) => ({ id, parameters: {}, agreement: {} }));
  const manifest = {
    schema: 1,
    images: { folder, names: [] },
    methods,
    metrics: METRICS,
    seed: 0,
    partImages: 8,
    ...more,
  };
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
}
beforeAll(() => writeResults(madeUpRows()));

const read = (name: string) => readFileSync(path.join(folder, 'report', name), 'utf8');

describe('report', () => {
  test('one page that needs nothing else, and a CSV file of every table', async () => {
    const { code, lines, stderr } = await cli(['report', '.', '--pictures', '2'], { cwd: folder });
    expect(stderr).toContain('the results do not name the model');
    expect(code).toBe(0);
    const { report, files, verdict } = lines[0] as unknown as { report: string; files: string[]; verdict: string };
    expect(report).toBe(path.join('report', 'report.html'));
    expect(readdirSync(path.join(folder, 'report')).sort()).toEqual([...files].sort());
    expect(verdict).toContain('Kendall’s W');
    const page = read('report.html');
    expect(page).not.toMatch(/<script|<link|\bsrc="(?!data:)|url\(|@import/);
    expect(page).toContain("default-src 'none'");
    for (const part of ['Verdict on the explainers', 'Human ceiling', 'Calibration', 'Most suspicious', 'Numbers']) {
      expect(page).toContain(part);
    }
    const summary = parse(read('summary.csv'), { columns: true }) as Record<string, string>[];
    const one = summary.find((row) => row['metric'] === 'iou' && row['method'] === 'lime' && row['index'] === '1');
    expect(one).toMatchObject({ label: 'Nodule', subset: 'all', n: '14', nulls: '16' });
    expect(one!['reasons']).toBe('15: nothing is drawn; 1: the map is empty');
  });

  test('the same results give the same bytes', async () => {
    await cli(['report', '.', '--pictures', '0'], { cwd: folder });
    const before = read('report.html');
    await cli(['report', '.', '--pictures', '0'], { cwd: folder });
    expect(read('report.html')).toBe(before);
  });

  test('hostile names stay texts, in the page and in the tables', async () => {
    const label = '=HYPERLINK("http://x")<img src=x onerror=alert(1)>';
    const name = '"><script>alert(1)</script>\u202e.png';
    writeResults(
      madeUpRows().map((row) => ({ ...row, label, image: `${row.image}${name}` })),
      { arguments: ['evaluate', '--model', '</title><script>'] },
    );
    await cli(['report', '.', '--pictures', '4'], { cwd: folder });
    const page = read('report.html');
    expect(page).not.toMatch(/<script|<img (?!src="data:)|\u202e/);
    expect(page).toContain('&lt;script&gt;');
    expect(read('summary.csv')).not.toMatch(/(?:^|,)"?=HYPERLINK/m);
  });

  test('a folder without results is refused, and so is none', async () => {
    const empty = await cli(['report', 'report'], { cwd: folder });
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain('no results of an evaluation');
    expect((await cli(['report'], { cwd: folder })).code).toBe(2);
  });
});
