// The study's tables against the numbers of test/reference/report/report.py, and the quirks that it names.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { metrics } from '../../../src/explainers/metrics/metrics.ts';
import { RandomState } from '../../../src/explainers/numerics/randomMt19937.ts';
import { mostDrawn, multiLabel, singleLabel } from '../../../src/explainers/report/study/instances.ts';
import { miouSummary } from '../../../src/explainers/report/study/miouTables.ts';
import { isClass, STUDY_CLASSES } from '../../../src/explainers/report/study/published.ts';
import type { StudyInput } from '../../../src/explainers/report/study/studyInput.ts';
import { meansTable, mious } from '../../../src/explainers/report/study/studyTables.ts';
import { metricOf } from '../../../src/explainers/results/resultColumns.ts';
import { root } from '../../data.ts';
import { METHODS, madeUpInput } from './madeUp.ts';

const reference = JSON.parse(readFileSync(path.join(root, 'test/reference/report/report.json'), 'utf8')) as {
  readonly miou: readonly (readonly (readonly [string, number, number, number, number])[])[];
  readonly instances: { best: readonly number[][]; confident: readonly number[]; both: number };
  readonly summary: readonly (readonly unknown[])[];
};
let input: StudyInput;
beforeAll(async () => {
  input = { ...(await madeUpInput()), variant: 'published' };
});
const iou = () => metricOf(input.results, 'iou')!;

describe('the study’s tables equal those of NumPy', () => {
  test.each(METHODS.map((method, m) => ({ method, m })))('CheXlocalize’s summary of $method', ({ m }) => {
    const rows = miouSummary(mious(input, iou(), m));
    expect(rows.map(({ name, lower, mean, upper, bs_mean }) => [name, lower, mean, upper, bs_mean])).toEqual(
      reference.miou[m],
    );
  });

  test('best and most confident instances, and the image with both classes', () => {
    const { results, items } = input;
    const single = singleLabel(results, items, iou());
    const image = (each: { readonly image: string }) => Number.parseInt(each.image, 10);
    const of = (kind: string, index: number) => single.filter((each) => each.kind === kind && each.index === index);
    for (const index of [0, 1]) {
      expect(of('best', index).map(image)).toEqual(reference.instances.best[index]);
      expect(new Set(of('confident', index).map(image))).toEqual(new Set([reference.instances.confident[index]]));
    }
    expect(mostDrawn(results, items)).toEqual([1, 0]);
    const multi = multiLabel(results, items, iou(), [0, 1]);
    expect(multi).toHaveLength(2 * METHODS.length);
    expect(new Set(multi.map(image))).toEqual(new Set([reference.instances.both]));
  });

  test('means per class and method', () => {
    const rows = meansTable(input, iou(), 'means').rows;
    const wanted = reference.summary.filter(([index, , subset]) => index !== null && subset === 'all');
    expect(rows.map(({ n, mean, whole }) => [n, mean, whole])).toEqual(
      wanted.map((row) => [row[3], expect.closeTo(row[4] as number, 9), expect.closeTo(row[9] as number, 9)]),
    );
  });
});

test('classes go by either name', () => {
  const [opacity] = STUDY_CLASSES;
  for (const label of ['Lung Opacity', 'Lung_Opacity', 'airspace opacity']) expect(isClass(label, opacity!)).toBe(true);
  expect(isClass('Lung Lesion', opacity!)).toBe(false);
});

describe('the published settings give the published kind of numbers', () => {
  const SIZE = [96, 96] as const;
  const find = (id: string) => metrics.find((each) => each.id === id)!;
  /** Coverage and IoU of heavy-tailed noise, as an LRP map is, whose longer tail is negative or positive. */
  function measured(seed: number, sign: 1 | -1, options: Parameters<(typeof metrics)[number]['compute']>[1]) {
    const random = new RandomState(seed);
    const data = new Float32Array(SIZE[0] * SIZE[1]);
    for (let i = 0; i < data.length; i++) data[i] = random.standardNormal() ** 3;
    // One pixel far out, as the strongest of a map often is.
    data[(data.length / 2) | 0] = sign * 400;
    const mask = new Uint8Array(data.length).map((_, i) => (i % SIZE[1] < 20 ? 1 : 0));
    const map = {
      map: { dtype: 'float32', shape: SIZE, data },
      mask: { dtype: 'uint8', shape: SIZE, data: mask },
    } as const;
    const of = (id: string) => find(id).compute({ ...map }, options).value;
    return { coverage: of('coverage'), iou: of('iou'), whole: find('iou').wholeImage({ ...map }, options) };
  }
  const published = { evidence: 'signed', threshold: { kind: 'otsu', fill: true } } as const;

  test('a signed map with a long negative tail covers the whole image, so its IoU is the share that is drawn', () => {
    for (const seed of [1, 2, 3]) {
      const { coverage, iou: value, whole } = measured(seed, -1, published);
      expect(coverage).toBeGreaterThan(0.99);
      expect(value).toBeCloseTo(whole!, 2);
      const corrected = measured(seed, -1, { threshold: { kind: 'otsu' } });
      expect(corrected.coverage).toBeLessThan(0.2);
    }
  });

  test('with a long positive tail it marks nothing, and its image is skipped', () => {
    expect(measured(4, 1, published)).toMatchObject({ coverage: 0, iou: null });
  });

  test('a map of zeros, as the lasso leaves, has no IoU and is skipped', () => {
    const zeros = new Float32Array(64);
    const given = {
      map: { dtype: 'float32', shape: [8, 8], data: zeros },
      mask: { dtype: 'uint8', shape: [8, 8], data: new Uint8Array(64).fill(1) },
    } as const;
    expect(find('iou').compute(given, published).value).toBeNull();
  });
});
