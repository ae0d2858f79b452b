import { describe, expect, test } from 'vitest';
import type {
  AgreementOptions,
  ClassScore,
  Heatmap,
  ImageAnnotation,
} from '../../../src/explainers/contracts/results.ts';
import { metrics } from '../../../src/explainers/metrics/metrics.ts';
import {
  agreementOf as agreementWith,
  type Compared,
  type Comparison,
} from '../../../src/explainers/session/agreement.ts';
import { ComparedMaps } from '../../../src/explainers/session/maps/comparedMaps.ts';

/** A map on the image's own pixels, 2 × 3. */
const map = (index: number, values: readonly number[]): Heatmap => ({
  id: `map ${index}`,
  method: 'gradCam',
  index,
  label: `class ${index}`,
  size: [2, 3],
  values: Float32Array.from(values),
  signed: false,
  geometry: { image: [2, 3], input: [2, 3], scale: [1, 1], offset: [0, 0] },
  parameters: {},
  notes: [],
  figures: {},
  milliseconds: 0,
});
const box = (index: number): ImageAnnotation => ({
  index,
  label: `class ${index}`,
  shape: { kind: 'box', x: 0, y: 0, width: 1, height: 1 },
  file: 'boxes.json',
  format: 'coco',
});
const score = (index: number, value: number): ClassScore => ({
  index,
  label: `class ${index}`,
  logit: 0,
  score: value,
  threshold: 0.5,
  predicted: value >= 0.5,
});
const compared: Compared = {
  id: 1,
  annotations: [box(0), { ...box(2), shape: null }],
  states: { 0: 'drawn', 1: 'absent', 2: 'present' },
  scores: [score(0, 0.3), score(1, 0.9), score(2, 0.9), score(3, 0.9)],
};
const agreementOf = (of: readonly Heatmap[], what: Compared, how: Comparison) =>
  agreementWith(of, what, how, new ComparedMaps(0));
const maps = [0, 1, 2, 3].map((index) => map(index, [4, 1, 0, 0, 0, 0]));
const iou = (...options: readonly AgreementOptions[]) =>
  agreementOf(maps, compared, { options, metrics: ['iou'] }).map((list) =>
    list.map(({ index, value, reason }) => [index, value ?? reason]),
  );

describe('agreement of maps that were made already', () => {
  test('every metric of every class that is drawn, with both baselines', () => {
    const [list] = agreementOf(maps, compared, { options: [{}] });
    expect(list!.map(({ index, metric }) => [index, metric])).toEqual(metrics.map(({ id }) => [0, id]));
    for (const { baselines } of list!) expect(Object.values(baselines!).every((v) => typeof v === 'number')).toBe(true);
  });

  test('where all images count: also classes that the annotations call absent, not those that they leave open', () => {
    expect(iou({ regime: 'all' })).toEqual([
      [
        [0, 1],
        [1, 0],
      ],
    ]);
  });

  test('several options at once, each by its own threshold', () => {
    expect(
      iou({}, { threshold: { kind: 'fixed', value: 0.2 } }, { threshold: { kind: 'percentile', value: 50 } }),
    ).toEqual([[[0, 1]], [[0, 1 / 2]], [[0, 1 / 2]]]);
  });

  test('a class below the cut-off has an empty mask; a class may have its own cut-off and threshold', () => {
    const silent = 'the class’s score is below the cut-off, so its mask is empty';
    expect(iou({ cutoff: 0.5 }, { cutoff: 0.5, regime: 'all' }, { cutoff: 0.3 })).toEqual([
      [[0, silent]],
      [
        [0, 0],
        [1, 0],
      ],
      [[0, 1]],
    ]);
    expect(iou({ cutoff: 0.5, classes: { 0: { cutoff: 0.1, threshold: { kind: 'fixed', value: 0.2 } } } })).toEqual([
      [[0, 1 / 2]],
    ]);
  });

  test.each<[string, object, RegExp]>([
    ['evidence', { evidence: 'negative' }, /evidence .* 'positive'|"negative"/],
    ['tolerance', { tolerance: -1 }, /tolerance .* -1/],
    ['tolerance', { tolerance: Number.NaN }, /tolerance/],
    ['fixed threshold', { threshold: { kind: 'fixed', value: 2 } }, /threshold .* 2/],
    ['percentile threshold', { threshold: { kind: 'percentile', value: -3 } }, /threshold .* -3/],
    ['threshold', { threshold: { kind: 'mean' } }, /"mean"/],
    ['fixed threshold', { classes: { 3: { threshold: { kind: 'fixed', value: 7 } } } }, /threshold .* 7/],
    ['cutoff', { cutoff: Number.NaN }, /cutoff/],
    ['regime', { regime: 'none' }, /regime/],
  ])('%s: %j is refused', (subject, options, message) => {
    const run = () => agreementOf(maps, compared, { options: [options as AgreementOptions] });
    expect(run).toThrow(message);
    expect(run).toThrow(expect.objectContaining({ kind: 'usage', subject }));
  });

  test('an unknown metric is refused by name', () => {
    expect(() => agreementOf(maps, compared, { options: [{}], metrics: ['io'] })).toThrow(/'io'.*iou/);
  });
});
