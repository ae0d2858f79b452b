import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metrics } from '../../../src/explainers/metrics/metrics.ts';
import { type CliLine, cli } from './cli.ts';

const CARD = 'examples/chest-xray/cxr-nih14.explain.json';
const PNG = 'examples/chest-xray/RG1.png';
const DICOM = 'examples/chest-xray/RG1_J2KI.dcm';
const PHOTO = 'examples/photos/coffee.png';
const PHOTO_CARD = 'examples/photos/efficientnet-lite0.explain.json';
const MASS = 4;

let out: string;
beforeAll(() => {
  out = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-agree-'));
});
afterAll(() => rmSync(out, { recursive: true }));

const agree = (...flags: readonly string[]) => cli(['agree', PNG, '--model', CARD, '--class', 'Mass', ...flags]);
const value = (line: CliLine | undefined, metric: string) =>
  line!.agreement.find((each) => each.metric === metric && each.index === MASS)!.value!;

describe('agree', () => {
  test('every metric with its baselines; the example’s Grad-CAM is hardly better than none', async () => {
    const { lines } = await agree();
    expect(lines[0]!.agreement.map(({ metric }) => metric)).toEqual(metrics.map(({ id }) => id));
    expect(lines[0]!.agreement[0]).toMatchObject({ reason: null, baselines: { wholeImage: expect.any(Number) } });
    expect(value(lines[0], 'energyPointing')).toBeCloseTo(0.125, 2);
  });

  test('the options change what they name', async () => {
    const run = (...flags: readonly string[]) =>
      cli(['agree', PHOTO, '--model', PHOTO_CARD, '--class', 'espresso', ...flags]);
    const number = async (metric: string, ...flags: readonly string[]) =>
      (await run(...flags)).lines[0]!.agreement.find((each) => each.metric === metric)!.value!;
    const covered = (...flags: readonly string[]) => number('coverage', ...flags);
    const otsu = await covered();
    expect(await covered('--threshold', 'otsu-filled')).toBeGreaterThanOrEqual(otsu);
    expect(await covered('--threshold', 'p90')).toBeCloseTo(0.1, 2);
    expect(await covered('--threshold', '0.9')).toBeLessThan(otsu);
    expect(await covered('--evidence', 'signed', '--threshold', '0')).toBeGreaterThan(0.5);
    expect(await covered('--cutoff', '1.1', '--regime', 'all')).toBe(0);
    expect(await number('pointingGame', '--tolerance', '600')).toBe(1);
  });

  test('thresholds tuned on the images of a run, written down, and used again', async () => {
    const folder = path.join(out, 'tuned');
    const both = ['agree', PNG, DICOM, '--model', CARD, '--class', 'Mass'];
    const tuned = await cli([...both, '--threshold', 'tuned', '--out', folder]);
    expect(tuned.stderr).toMatch(/Tuned on these images: gradCam of Mass above 0\.\d \(2 with an IoU\)/);
    expect(tuned.lines.map(({ maps }) => maps.map(({ label, npy }) => [label, npy !== null]))).toEqual([
      [['Mass', true]],
      [['Mass', true]],
    ]);
    const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
    const [{ iou }] = manifest.agreement.tuned;
    expect(manifest.agreement).toMatchObject({ threshold: 'tuned', tuned: [{ method: 'gradCam', label: 'Mass' }] });
    const of = (line: CliLine) => value(line, 'iou');
    expect((of(tuned.lines[0]!) + of(tuned.lines[1]!)) / 2).toBeCloseTo(iou, 12);
    expect(manifest.images.map((image: CliLine) => of(image))).toEqual(tuned.lines.map(of));
    const again = await cli([...both, '--threshold', path.join(folder, 'thresholds.csv')]);
    expect(again.lines.map(({ agreement }) => agreement)).toEqual(tuned.lines.map(({ agreement }) => agreement));
  });

  test('CheXlocalize’s table of thresholds; a task of no class is reported', async () => {
    const file = path.join(out, 'tuning_results.csv');
    writeFileSync(file, 'threshold,task\n0.8,mass\n0.2,Airspace Opacity\n');
    const { lines, stderr } = await agree('--threshold', file);
    expect(stderr).toContain('No class has these thresholds: Airspace Opacity.');
    expect(value(lines[0], 'iou')).toBe(value((await agree('--threshold', '0.8')).lines[0], 'iou'));
  });

  test.each([
    [['--evidence', 'negative'], /--evidence cannot be 'negative'/],
    [['--threshold', 'mean'], /--threshold cannot be 'mean'/],
    [['--threshold', '1.5'], /from 0 to 1, not '1.5'/],
    [['--threshold', 'p101'], /from 0 to 100, not '101'/],
    [['--threshold', 'nowhere.csv'], /The file of thresholds cannot be read \(ENOENT\)/],
    [['--tolerance', '-1'], /--tolerance needs a number/],
    [['--cutoff', 'half'], /--cutoff needs a number/],
    [['--regime', 'some'], /--regime cannot be 'some'/],
  ])('%j is refused', async (flags, message) => {
    const { code, stderr } = await agree(...flags);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a table without thresholds is refused by its row', async () => {
    const file = path.join(out, 'wrong.csv');
    for (const [text, message] of [
      ['threshold,task\n0.5,Mass\n7,Nodule\n', /in its row 2/],
      ['a,b\n1,2\n', /in its row 1/],
      ['threshold,task\n', /has no rows/],
    ] as const) {
      writeFileSync(file, text);
      expect((await agree('--threshold', file)).stderr).toMatch(message);
    }
  });
});
