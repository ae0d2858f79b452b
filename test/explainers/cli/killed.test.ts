// A run that is killed at any moment leaves the results of one run: SALIENCY_LENS_KILLS=30 makes the figures of
// docs/reliability.md.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childProgram } from '../../childProgram.ts';
import { writeColourModel, writeImage } from '../labelCheck/coloured.ts';
import { writePlanted } from '../labelCheck/planted.ts';
import { faultsOf, manifestOf, shownFiles } from './outFolder.ts';

const KILLS = Number(process.env['SALIENCY_LENS_KILLS'] ?? 4);
const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-killed-'));
const out = path.join(folder, 'out');
const planted = path.join(folder, 'planted');
let program: string;
beforeAll(async () => {
  program = await childProgram('cliKilled', `import { main } from './src/explainers/cli/main.ts'; await main();`);
  writeColourModel(folder);
  mkdirSync(planted);
  writePlanted(planted);
  for (let i = 0; i < 12; i++)
    writeImage(path.join(folder, 'images', `${i}.bmp`), { red: [i, 3, 12], green: [2, i, 10] });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A check to its end, or killed as soon as the journal has so many lines; what it printed. */
async function check(killAt: number, ...more: string[]): Promise<string> {
  const args = [
    'check',
    '--annotations',
    'labels.coco.json',
    '--model',
    'colours.explain.json',
    '--threads',
    '1',
    ...more,
  ];
  const child = spawn(process.execPath, [program, ...args], { cwd: planted, stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const watch = setInterval(() => {
    if (linesOf(path.join(planted, 'journal.jsonl')) >= killAt) child.kill('SIGKILL');
  }, 2);
  await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  return stdout;
}

const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);

/** Runs to its end, or is killed as soon as so many lines of results came. */
function explain(killAfter: number, ...more: string[]): Promise<number> {
  const args = ['explain', 'images', '--model', 'colours.explain.json', '--method', 'gradient', '--class', 'all', '--out', out, '--threads', '1']; // biome-ignore format: one line
  const child = spawn(process.execPath, [program, ...args, ...more], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text.split('\n').length - 1;
    // A moment later, at random: within a file as well as between two.
    if (seen >= killAfter) setTimeout(() => child.kill('SIGKILL'), Math.random() * 20);
  });
  return new Promise((resolve) => child.on('close', () => resolve(seen)));
}

test(`${KILLS} kills in the middle of a run into a folder with an earlier one: never two runs in one folder`, async () => {
  await explain(Number.POSITIVE_INFINITY);
  expect([faultsOf(out), manifestOf(out)!.files.length]).toEqual([[], 72]);
  let [raw, cut] = [true, 0];
  for (let kill = 0; kill < KILLS; kill++, raw = !raw) {
    await explain(1 + (kill % 12), ...(raw ? ['--raw-channels'] : []));
    expect(faultsOf(out)).toEqual([]);
    if (!manifestOf(out)) cut++;
  }
  expect(cut).toBeGreaterThan(0);
  await explain(Number.POSITIVE_INFINITY, '--raw-channels');
  expect(faultsOf(out)).toEqual([]);
  expect(shownFiles(out)).toHaveLength(73);
  expect(manifestOf(out)!.rawChannels).toBe(true);
}, 600_000);

test(`${KILLS} kills of a check: the run that goes on says what a run in one go says`, async () => {
  const whole = await check(Number.POSITIVE_INFINITY);
  expect(whole.split('\n').length).toBeGreaterThan(3);
  const journal = path.join(planted, 'journal.jsonl');
  for (let kill = 0; kill < KILLS; kill++) {
    // 18 images: each round ends at another place, and begins again when the journal is full.
    if (linesOf(journal) >= 16) rmSync(journal);
    await check(linesOf(journal) + 1 + (kill % 5), '--journal', 'journal.jsonl');
    if (kill % 5 === 4) expect(await check(Number.POSITIVE_INFINITY, '--journal', 'journal.jsonl')).toBe(whole);
  }
  expect(await check(Number.POSITIVE_INFINITY, '--journal', 'journal.jsonl')).toBe(whole);
  expect(linesOf(journal)).toBeGreaterThanOrEqual(18);
}, 600_000);
