import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/explainers/contracts/results.ts';
import type { CheckedImage } from '../../../src/explainers/labelCheck/checkedImage.ts';
import { Predictions, type PredictionTable } from '../../../src/explainers/labelCheck/predictions/predictions.ts';
import { tooSure } from '../../../src/explainers/labelCheck/predictions/tooSure.ts';
import { Session } from '../../../src/explainers/session.ts';
import { writeNpy } from '../../../src/explainers/tensor/npy.ts';
import { cli } from '../cli/cli.ts';
import { type Planted, writePlanted } from './planted.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'predictions-'));
const session = new Session({ threads: 1 });
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});
const said = ({ kind, image, label, instead }: Finding) =>
  [kind, path.basename(image), label, ...(instead ? [instead.label] : [])].join(' ');

describe('a folder per class, with predictions and no model', () => {
  const set = path.join(folder, 'animals');
  const classes = ['cat', 'cow', 'dog'];
  const rows: { name: string; scores: number[] }[] = [];
  beforeAll(() => {
    for (const [c, label] of classes.entries()) {
      for (let i = 0; i < 8; i++) {
        const name = `${label}/${label}${i}.png`;
        mkdirSync(path.join(set, label), { recursive: true });
        // Labels of whole images need no pixels, and nothing is opened.
        writeFileSync(path.join(set, name), '');
        // cow3 is a dog.
        const is = name === 'cow/cow3.png' ? 2 : c;
        rows.push({ name, scores: classes.map((_, k) => (k === is ? 0.9 : 0.05)) });
      }
    }
  });
  const csv = (all: typeof rows, header = ['filename', 'fold', ...classes]) =>
    `${header.join(',')}\n${all.map(({ name, scores }, i) => [name, 1 + (i % 5), ...scores].join(',')).join('\n')}\n`;
  const run = (file: string) => session.checkLabels({ predictions: file, sources: [{ path: set }] });
  const write = (name: string, content: string | Uint8Array) => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };

  test('the planted error is found, from CSV and .npy, with columns in any order', async () => {
    const expected = ['swapped cow3.png cow dog'];
    const result = await run(write('p.csv', csv(rows)));
    expect(result.findings.map(said)).toEqual(expected);
    expect(result.findings[0]).toMatchObject({
      probability: expect.closeTo(0.05, 6),
      instead: { probability: expect.closeTo(0.9, 6) },
    });
    expect(result).toMatchObject({ images: 24, skipped: [] });
    expect(result.problems).toEqual([expect.stringMatching(/no class are passed over: "fold"$/)]);
    expect(result.notes).toContain('Scores are the predictions in p.csv.');
    const turned = rows.map(({ name, scores }) => ({ name, scores: scores.toReversed() })).toReversed();
    const header = ['image', 'fold', ...classes.toReversed()];
    expect((await run(write('turned.csv', csv(turned, header)))).findings.map(said)).toEqual(expected);
    const data = Float32Array.from(rows.flatMap(({ scores }) => scores));
    const npy = write('p.npy', writeNpy({ dtype: 'float32', shape: [24, 3], data }));
    await expect(run(npy)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('24 images') });
    write('p.images.txt', rows.map(({ name }) => name).join('\n'));
    await expect(run(npy)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('3 classes') });
    write('p.classes.txt', `${classes.join('\n')}\n`);
    expect((await run(npy)).findings.map(said)).toEqual(expected);
  });

  test('images without a row are counted, with the reason', async () => {
    const result = await run(write('some.csv', csv([...rows.slice(1), { ...rows[5]!, scores: [0.1, 0.1, 0.8] }])));
    expect(result.images).toBe(22);
    expect(result.skipped.map(({ image, reason }) => `${path.basename(image)}: ${reason}`)).toEqual([
      'cat0.png: The predictions have no row for this image. Add one row for it to the predictions.',
      'cat5.png: The predictions have several rows for this image, which differ. Add one row for it to the predictions.',
    ]);
  });

  test.each([
    ['logits', 0, [3.2, -1.4, 0.1], /not probabilities but probably logits.*line 2/],
    ['log-probabilities', -1, [-0.1, -3, -4], /probably logarithms of probabilities/],
    ['percentages', 0, [90, 5, 5], /probably percentages/],
    ['a row that does not sum to 1', 7, [0.9, 0.9, 0.05], /"cat\/cat7\.png" \(line 9\) sum to 1\.85/],
  ] as const)('%s are refused', async (_, at, scores, message) => {
    const changed = rows.map((row, i) => (at < 0 || i === at ? { ...row, scores: [...scores] } : row));
    const running = run(write('refused.csv', csv(changed)));
    await expect(running).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
  });

  test.each([
    ['no number', 'filename,cat\na.png,x\n', /No column of the predictions is called like a label/],
    ['no label', 'filename,x,y\na.png,0.5,0.5\n', /the columns are "x", "y", the labels "cat", "cow", "dog"/],
    ['two columns of one name', 'filename,cat,cat\na.png,0.5,0.5\n', /two columns named 'cat'/],
    ['one column', 'filename\na.png\n', /no column of numbers/],
    ['quotes', 'filename,cat\n"a.png,0.5\n', /mismatched quotes/],
    ['bytes', '\0\0\0', /neither CSV, Parquet nor \.npy/],
    ['damaged Parquet', 'PAR1aaaaPAR1', /cannot be read as Parquet/],
  ] as const)('a table with %s is refused', async (_, text, message) => {
    const running = run(write('bad.csv', text));
    await expect(running).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
  });

  test('the command line needs no model for it', async () => {
    write('cli.csv', csv(rows));
    const ran = await cli(['check', '--predictions', 'cli.csv', '--annotations', 'animals', '--json'], { cwd: folder });
    expect(ran.code).toBe(0);
    expect(
      ran.stdout
        .trim()
        .split('\n')
        .map((line) => said(JSON.parse(line) as Finding)),
    ).toEqual(['swapped cow3.png cow dog']);
  });
});

describe('together with a model', () => {
  let planted: Planted;
  beforeAll(() => {
    planted = writePlanted(path.join(folder, 'planted'));
  });
  const run = (predictions: string) =>
    session.checkLabels({ model: planted.card, sources: [{ path: planted.annotations }], predictions });

  test('the scores are the predictions’, the evidence is the model’s', async () => {
    const { images } = JSON.parse(planted.text) as { images: { file_name: string }[] };
    const own = await session.checkLabels({ model: planted.card, sources: [{ path: planted.annotations }] });
    const header = (await session.describe({ model: planted.card })).card.labels;
    const lines: string[] = [];
    for (const { file_name } of images) {
      const image = path.join(path.dirname(planted.annotations), 'images', file_name);
      const { scores } = await session.predict({ image, model: planted.card });
      lines.push([file_name, ...scores.map(({ score }) => (file_name === 'image00.bmp' ? 0.01 : score))].join(','));
    }
    const file = path.join(folder, 'beside.csv');
    writeFileSync(file, `image,${header.join(',')}\n${lines.join('\n')}`);
    const { findings } = await run(file);
    const expected = own.findings.map(said).filter((each) => !each.startsWith('unlabelled image00'));
    expect(findings.map(said)).toEqual(expect.arrayContaining(expected));
    expect(findings.map(said)).not.toContain('unlabelled image00.bmp green');
    const lineAt = (all: readonly Finding[]) => all.find(({ kind }) => kind === 'elsewhere')!.line;
    expect(lineAt(findings)).toBe(lineAt(own.findings));
    writeFileSync(file, `image,${header.slice(1).join(',')}\n${lines[0]!.split(',').slice(0, -1).join(',')}`);
    await expect(run(file)).rejects.toMatchObject({
      message: expect.stringMatching(/no column for 1 of the model’s \d+ classes/),
    });
  });
});

describe('closed forms', () => {
  const table = (columns: string[], names: string[], values: number[]): PredictionTable => ({
    file: '/p.csv',
    columns,
    names,
    values: Float32Array.from(values),
  });

  test('images are found by name, folder and id; rounding does not matter', () => {
    const made = new Predictions(
      table(['a', 'b'], ['x/1.png', 'y/1.png', '1.2.3'], [1.00001, 0, 0.3, 0.71, 0.5, 0.5]),
      null,
      ['A'],
    );
    expect([made.task, made.labels]).toEqual(['multi-class', ['a', 'b']]);
    expect([...made.of('/d/x/1.png', [])]).toEqual([1, 0]);
    expect(made.of('/d/y/1.png', [])[0]).toBeCloseTo(0.3, 6);
    expect(made.of('/d/slice.dcm', ['1.2.3'])[0]).toBe(0.5);
    expect(() => made.of('/d/z/1.png', [])).toThrow('no row for this image');
  });

  test('columns of a model’s aliases; several classes per image need no sum', () => {
    const made = new Predictions(
      table(['Opacity', 'Mass'], ['1'], [0.9, 0.8]),
      { labels: ['Mass', 'Lung Opacity'], aliases: { Opacity: 'Lung Opacity' } },
      [],
    );
    expect(made.task).toBe('multi-label');
    expect([...made.of('/1.png', [])].map((v) => +v.toFixed(3))).toEqual([0.8, 0.9]);
  });

  test('a warning of training images: 99 % of at least 50 labels predicted, and 0.98 on average', () => {
    const images = (count: number, wrong: number, score: number) =>
      Array.from({ length: count }, (_, i) => {
        const scores = i < wrong ? [0.01, 0.99] : [score, 1 - score];
        return {
          scores: Float32Array.from(scores),
          predicted: (index: number) => scores[index]! > 0.5,
          states: new Map([[0, 'present'], [1, 'absent']]),
        } as unknown as CheckedImage;
      }); // biome-ignore format: the table
    expect(tooSure(images(200, 1, 0.999))).toMatch(/its own training images: it predicts 99\.5|it predicts 100 %/);
    expect(tooSure(images(200, 4, 0.999))).toBeNull();
    expect(tooSure(images(200, 0, 0.97))).toBeNull();
    expect(tooSure(images(49, 0, 1))).toBeNull();
  });
});
