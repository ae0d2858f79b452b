// Exports of a set with planted errors: the corrected copy has no findings left that were judged wrong, and the files
// of other tools hold the same labels. test/fixtures/labelExport/make.py has Label Studio's converter read its tasks.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coco } from '../../../src/explainers/annotations/formats/coco.ts';
import { labelStudio } from '../../../src/explainers/annotations/formats/labelStudio.ts';
import { fiftyone } from '../../../src/explainers/annotations/formats/labels/fiftyone.ts';
import { bounds, scaleShape } from '../../../src/explainers/annotations/shapes/shapes.ts';
import type { Shape } from '../../../src/explainers/contracts/labels/annotation.ts';
import type { LabelExport } from '../../../src/explainers/contracts/labels/labelExport.ts';
import type { Finding } from '../../../src/explainers/contracts/results.ts';
import { Session } from '../../../src/explainers/session.ts';
import { type Planted, writePlanted } from '../labelCheck/planted.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'export-'));
const session = new Session({ threads: 1 });
let planted: Planted;
let findings: readonly Finding[];
beforeAll(async () => {
  planted = writePlanted(path.join(root, 'planted'));
  findings = await check(planted.annotations);
});
afterAll(async () => {
  await session.dispose();
  rmSync(root, { recursive: true });
});

const fixtureOf = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/labelExport/${name}`, import.meta.url), 'utf8'));
const boxOf = (shape: Shape) => {
  const [left, top, right, bottom] = bounds(shape);
  return [left, top, right - left, bottom - top];
};

const check = async (file: string) => {
  const images = [path.join(root, 'planted', 'images')];
  return (await session.checkLabels({ model: planted.card, sources: [{ path: file }], images })).findings;
};
const exported = (as: LabelExport, out: string, of = findings) =>
  session.exportLabels({
    model: planted.card,
    findings: of,
    sources: [{ path: planted.annotations }],
    as,
    out: path.join(root, out),
  });
const read = (file: string) => readFileSync(path.join(root, file));

test('a corrected copy: what was judged wrong is corrected, the file itself stays, and what only a person knows is said', async () => {
  const before = read('planted/labels.coco.json');
  for (const finding of findings) await session.review({ finding, verdict: 'wrong' });
  const { files, problems } = await exported('corrected', 'fixed', await check(planted.annotations));
  expect(files).toEqual([path.join(root, 'fixed', 'labels.coco.json')]);
  expect(read('planted/labels.coco.json').equals(before)).toBe(true);
  // A box in the wrong place, and a missing one: where they belong is for a person to say.
  expect(problems).toHaveLength(2);
  expect(problems.join(' ')).toMatch(/elsewhere/);
  expect(problems.join(' ')).toMatch(/needs a box/);
  const left = await check(files[0]!);
  expect(left.map(({ kind }) => kind).sort()).toEqual(['elsewhere', 'unlabelled']);
  await expect(exported('corrected', 'planted', await check(planted.annotations))).rejects.toMatchObject({
    kind: 'usage',
  });
});

test('COCO with scores is COCO: every label of the images, and the suspicion of those in question', async () => {
  const { files } = await exported('coco', 'out/scores.coco.json');
  const bytes = read('out/scores.coco.json');
  const parsed = coco.parse({ path: files[0]!, bytes });
  expect(parsed.problems).toEqual([]);
  const { annotations } = JSON.parse(bytes.toString()) as {
    annotations: { score: number; finding?: string; missing?: boolean }[];
  };
  expect(
    annotations
      .filter(({ score }) => score > 0)
      .map(({ finding }) => finding)
      .sort(),
  ).toEqual(findings.map(({ kind }) => kind).sort());
  expect(annotations.filter(({ missing }) => missing)).toHaveLength(1);
});

test('CSV: a row for each finding and file', async () => {
  await exported('csv', 'out/findings.csv');
  const [header, ...rows] = read('out/findings.csv').toString().trim().split('\n');
  expect(header).toBe('image,class,instead,kind,score,probability,verdict,note,file,line,annotation,message');
  expect(rows).toHaveLength(findings.length);
  expect(rows[0]).toMatch(/^\.\.\/planted\/images\/image\d\d\.bmp,/);
});

test('Label Studio’s tasks are read by our reader of Label Studio, with the boxes where they were', async () => {
  await exported('labelStudio', 'out/tasks.json');
  const bytes = read('out/tasks.json');
  const parsed = labelStudio.parse({ path: 'tasks.json', bytes });
  expect(parsed.problems).toEqual([]);
  const swapped = findings.find(({ kind }) => kind === 'swapped')!;
  const own = parsed.images.find(({ image }) => image.endsWith(path.basename(swapped.image)))!;
  expect(own.annotations.map(({ label }) => label)).toEqual(['blue']);
  const { annotations } = await session.annotations({
    image: swapped.image,
    model: planted.card,
    sources: [{ path: planted.annotations }],
  });
  expect(own.annotations[0]!.shape).toEqual(annotations[0]!.shape);
  const tasks = JSON.parse(bytes.toString()) as {
    predictions: { score: number; result: { value: { rectanglelabels?: string[] } }[] }[];
  }[];
  const predicted = tasks.flatMap(({ predictions }) =>
    predictions.flatMap(({ result }) => result.flatMap(({ value }) => value.rectanglelabels ?? [])),
  );
  expect(predicted).toContain('green');
  for (const { predictions } of tasks) expect(predictions[0]!.score).toBeGreaterThan(0);
  // Label Studio's own converter finds the same boxes in what we write.
  const plain = bytes
    .toString()
    .replace(/"file:[^"]*\/([^"/]+)"/g, '"$1"')
    .replace(/"model_version": "[^"]*"/g, '"model_version": "model"');
  expect(JSON.parse(plain)).toEqual(fixtureOf('tasks.json'));
  const converted = fixtureOf('converted.json') as [string, string, number[]][];
  const boxes = parsed.images.flatMap(({ image, size, annotations: own }) =>
    own.map(({ label, shape }) => [path.basename(image), label, boxOf(scaleShape(shape!, size!, [32, 32]))]),
  );
  expect(boxes.sort()).toEqual(converted.sort());
});

test('FiftyOne’s JSON has its form: classes, and for each image boxes in fractions, with attributes', async () => {
  await exported('fiftyone', 'out/labels.json');
  const file = { path: 'labels.json', bytes: read('out/labels.json') };
  expect(fiftyone.sniff(file)).toBe(true);
  const { classes, labels } = JSON.parse(file.bytes.toString()) as {
    classes: string[];
    labels: Record<string, { label: string; bounding_box: number[]; confidence?: number; attributes: object }[]>;
  };
  expect(Object.keys(labels).sort()).toEqual(
    [...new Set(findings.map(({ image }) => path.basename(image, '.bmp')))].sort(),
  );
  for (const each of Object.values(labels).flat()) {
    expect(classes).toContain(each.label);
    expect(each.bounding_box).toHaveLength(4);
    for (const value of each.bounding_box) expect(value >= 0 && value <= 1).toBe(true);
    if (each.confidence !== undefined) expect(each.confidence >= 0 && each.confidence <= 1).toBe(true);
  }
});

test.each(['coco', 'csv', 'labelStudio', 'fiftyone'] as const)('%s with predictions alone', async (as) => {
  const { labels } = (await session.describe({ model: planted.card })).card;
  await exported(as, `model.${as}`);
  const sources = [{ path: planted.annotations }];
  await session.exportLabels({ labels, findings, sources, as, out: path.join(root, `given.${as}`) });
  const bare = (name: string) =>
    read(name)
      .toString()
      .replace(/("model_version": ?)"[^"]*"/g, '$1"x"');
  expect(bare(`given.${as}`)).toBe(bare(`model.${as}`));
});
