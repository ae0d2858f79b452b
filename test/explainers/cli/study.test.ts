// The study end to end, on made-up files in CheXlocalize's formats.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cli } from './cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'study-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [HEIGHT, WIDTH] = [60, 48];
const LABELS = ['Lung Opacity', 'Support Devices', 'Cardiomegaly'];
const NAMES = [1, 2, 3].map((n) => `patient6454${n}_study1_view1_frontal`);
const square = (x: number, y: number) => [[[x, y], [x + 20, y], [x + 20, y + 24], [x, y + 24]]]; // biome-ignore format: one line

beforeAll(async () => {
  mkdirSync(path.join(folder, 'val'));
  for (const [i, name] of NAMES.entries()) {
    const pixels = Buffer.from(Array.from({ length: HEIGHT * WIDTH }, (_, at) => ((at * (i + 3)) % 97) * 2));
    await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).png().toFile(path.join(folder, 'val', `${name}.png`)); // biome-ignore format: one line
  }
  const findings = [
    { 'Airspace Opacity': square(4, 6), 'Support Devices': square(20, 30) },
    { 'Airspace Opacity': square(10, 10) },
    { Cardiomegaly: square(14, 20), 'Support Devices': square(2, 2) },
  ];
  const truth = Object.fromEntries(NAMES.map((name, i) => [name, { img_size: [HEIGHT, WIDTH], ...findings[i] }]));
  writeFileSync(path.join(folder, 'gt_annotations_val.json'), JSON.stringify(truth));
  writeModel(folder, tinyClassifier({ size: 24, activation: 'Sigmoid' }));
  const card = {
    model: 'tiny.onnx',
    task: 'multi-label',
    labels: LABELS,
    aliases: { 'Airspace Opacity': 'Lung Opacity' },
  };
  writeFileSync(path.join(folder, 'tiny.explain.json'), JSON.stringify(card));
});

const evaluate = (study: string) =>
  cli(
    ['evaluate', '--images', 'val', '--model', 'tiny.explain.json', '--annotations', 'gt_annotations_val.json', '--out', study, '--study', study, '--param', 'lime.samples=30', '--param', 'kernelShap.samples=30'],
    { cwd: folder },
  ); // biome-ignore format: one line
const table = (name: string) =>
  parse(readFileSync(path.join(folder, 'shamsul/report', name), 'utf8'), { columns: true }) as Record<string, string>[];

test('SHAMSUL’s tables and figures, as published and corrected', async () => {
  for (const study of ['shamsul', 'shamsul-corrected']) {
    const { code, stderr } = await evaluate(study);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  }
  const manifest = JSON.parse(readFileSync(path.join(folder, 'shamsul/manifest.json'), 'utf8'));
  expect(manifest.methods.map(({ id }: { id: string }) => id)).toEqual(['lime', 'kernelShap', 'gradCam', 'lrp']);
  for (const { agreement } of manifest.methods) {
    expect(agreement).toMatchObject({ evidence: 'signed', threshold: { kind: 'otsu', fill: true } });
  }
  const { code, lines } = await cli(['report', 'shamsul', 'shamsul-corrected', '--study', 'shamsul', '--pictures', '5'], { cwd: folder }); // biome-ignore format: one line
  expect(code).toBe(0);
  const { files } = lines[0] as unknown as { files: string[] };
  for (const name of [
    'published-mean-iou.csv',
    'corrected-single-label.csv',
    'published-lrp-miou_summary_results.csv',
    'shamsul.html',
  ]) {
    expect(files).toContain(name);
  }
  const means = table('published-mean-iou.csv');
  const opacity = means.filter(({ label }) => label === 'Lung Opacity');
  expect(opacity).toHaveLength(4);
  for (const row of opacity) expect(row['drawn']).toBe('2');
  expect(opacity.map(({ published }) => Number(published)).sort()).toEqual([0.08, 0.087, 0.112, 0.116]);
  // A mask of the whole image overlaps by the share that is drawn.
  for (const { n, whole } of opacity) if (n !== '0') expect(Number(whole)).toBeCloseTo((20 * 24) / (HEIGHT * WIDTH), 2);
  expect(new Set(table('published-multi-label.csv').map(({ image }) => image))).toEqual(new Set([`${NAMES[0]}.png`]));
  const results = table('published-gradCam-miou_results.csv');
  expect(Object.keys(results[0]!)).toEqual(['Cardiomegaly', 'Lung Opacity', 'Support Devices', 'img_id']);
  expect(results.map(({ img_id }) => img_id)).toEqual(NAMES.map((name) => `${name}.png`));
  const page = readFileSync(path.join(folder, 'shamsul/report/shamsul.html'), 'utf8');
  expect(page.match(/<img src="data:image\/jpeg/g)).toHaveLength(10);
  for (const part of ['As published', 'Corrected', 'Figure 19: IoU of LRP', 'Signed maps and Otsu'])
    expect(page).toContain(part);
});
