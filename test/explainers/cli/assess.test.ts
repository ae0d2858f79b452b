import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../data.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';
import { cli, type Ran } from './cli.ts';

let folder: string;
const IMAGES = ['coffee.png', 'camera.png', 'chelsea.png'];
const card = () => path.join(folder, 'tiny.explain.json');
const images = () => IMAGES.map((name) => path.join(folder, name));

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-assess-'));
  writeModel(folder, tinyClassifier({ size: 24, activation: 'Sigmoid' }));
  const text = { model: 'tiny.onnx', task: 'multi-label', labels: ['cup', 'spoon', 'cat'], annotations: ['boxes.csv'] };
  writeFileSync(card(), JSON.stringify(text));
  for (const name of IMAGES) copyFileSync(path.join(root, 'examples/photos', name), path.join(folder, name));
  // Two classes are present in the first image, one in the second, and nothing is known of the third.
  const rows = ['coffee.png,cup,10,10,200,200', 'coffee.png,spoon,250,100,400,300', 'camera.png,cup,50,60,300,400'];
  writeFileSync(path.join(folder, 'boxes.csv'), ['filename,class,xmin,ymin,xmax,ymax', ...rows, ''].join('\n'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Assessed {
  readonly assessment: readonly {
    method: string;
    index: number;
    metric: string;
    value: number | null;
    moved: number;
  }[];
  readonly comparison: readonly {
    index: number;
    methods: string[];
    metrics: { metric: string; values: number[][] }[];
  }[];
}

describe('agree --assess --compare over several images', () => {
  let ran: Ran;
  const out = () => path.join(folder, 'out');
  const written = (name: string) => readFileSync(path.join(out(), name), 'utf8');
  beforeAll(async () => {
    ran = await cli([
      'agree',
      ...images(),
      ...['--model', card(), '--class', 'all', '--method', 'gradient,gradCam', '--compare'],
      ...['--assess', 'deletion,maxSensitivity', '--param', 'deletion.steps=6', '--param', 'maxSensitivity.samples=2'],
      ...['--out', out()],
    ]);
  });

  test('a row per method, class and metric in the line, its curve in the manifest', () => {
    expect(ran.stderr).toMatch(/class +method +metric/);
    expect(ran.code).toBe(0);
    expect(ran.lines).toHaveLength(3);
    for (const line of ran.lines as unknown as Assessed[]) {
      expect(line.assessment).toHaveLength(2 * 3 * 2);
      const deletion = line.assessment.find(({ metric }) => metric === 'deletion');
      expect(deletion).toMatchObject({ method: 'gradient', index: 0, reason: null, notes: [/^6 steps/, /moved/].map((m) => expect.stringMatching(m)) }); // biome-ignore format: one line
      expect(deletion).not.toHaveProperty('curve');
    }
    const manifest = JSON.parse(written('manifest.json'));
    expect(manifest.assess.metrics[0]).toMatchObject({ id: 'deletion', parameters: { steps: 6, baseline: 'zero' } });
    expect(manifest.images[0].assessment[0].curve.fraction).toHaveLength(7);
    expect(manifest.files).toEqual(expect.arrayContaining(['summary.json', 'summary.csv']));
  });

  test('how alike the methods are, per class', () => {
    for (const { comparison } of ran.lines as unknown as Assessed[]) {
      expect(comparison.map(({ index }) => index)).toEqual([0, 1, 2]);
      for (const { methods, metrics } of comparison) {
        expect(methods).toEqual(['gradient', 'gradCam']);
        expect(metrics.map(({ metric }) => metric)).toEqual(['spearman', 'topKOverlap']);
      }
    }
  });

  test('the summary: all images, those with one label, those with several', () => {
    const { rows, bootstrap } = JSON.parse(written('summary.json'));
    expect(bootstrap).toEqual({ resamples: 1000, confidence: 0.95, seed: 0 });
    const of = (metric: string, label: string) =>
      rows
        .filter((row: { metric: string; label: string; method: string }) => row.metric === metric && row.label === label && row.method === 'gradient') // biome-ignore format: one line
        .map((row: { subset: string; n: number; nulls: object }) => [row.subset, row.n, Object.values(row.nulls)]);
    expect(of('deletion', 'cup')).toEqual([
      ['all', 3, []],
      ['singleLabel', 1, []],
      ['multiLabel', 1, []],
    ]);
    expect(of('iou', 'cup').map(([subset, n]: [string, number]) => [subset, n])).toEqual([
      ['all', 2],
      ['multiLabel', 1],
      ['singleLabel', 1],
    ].sort((a, b) => ['all', 'singleLabel', 'multiLabel'].indexOf(a[0] as string) - ['all', 'singleLabel', 'multiLabel'].indexOf(b[0] as string))); // biome-ignore format: one line
    const [values] = rows.filter((row: { metric: string }) => row.metric === 'deletion');
    const own = (ran.lines as unknown as Assessed[]).map(({ assessment }) => assessment[0]!.value!);
    expect(values.mean).toBeCloseTo((own[0]! + own[1]! + own[2]!) / 3, 12);
    expect(values.median).toBeCloseTo(own.toSorted((a, b) => a - b)[1]!, 12);
  });

  test('the table of the summary opens as CSV', () => {
    const [head, ...lines] = written('summary.csv').trimEnd().split('\n');
    expect(head).toBe(
      'index,label,method,metric,reader,subset,n,mean,median,lowerQuartile,upperQuartile,intervalLow,intervalHigh,nulls,nullReasons',
    );
    expect(lines).toHaveLength(JSON.parse(written('summary.json')).rows.length);
    expect(lines[0]).toMatch(/^0,cup,gradient,\w+,,all,2,[\d.e-]+,/);
  });
});

test('without the flags the lines have none of it, and one image makes no summary', async () => {
  const { lines, stderr } = await cli(['agree', images()[0]!, '--model', card(), '--method', 'gradient']);
  expect(Object.keys(lines[0]!)).toEqual(['image', 'scores', 'maps', 'agreement', 'error']);
  expect(stderr).not.toMatch(/interval/);
});

test.each([
  [['--assess', 'deletoin'], /No map can be assessed by 'deletoin'. Did you mean 'deletion'/],
  [['--assess', 'deletion', '--param', 'deletion.step=3'], /Deletion has no parameter 'step'/],
  [['--assess', 'deletion', '--param', 'deletion.steps=-1'], /deletion.steps must be/],
  [['--param', 'deletion.steps=3'], /is for 'deletion', which is not run/],
  [['--compare'], /--compare needs at least two methods/],
])('%j is refused', async (flags, message) => {
  const { code, stderr, stdout } = await cli(['explain', images()[0]!, '--model', card(), ...flags]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});
