import { expect, test } from 'vitest';
import type { AgreementOptions, Heatmap, ImageAnnotation } from '../../../src/explainers/contracts/results.ts';
import { agreementOf } from '../../../src/explainers/session/agreement.ts';
import { ComparedMaps } from '../../../src/explainers/session/maps/comparedMaps.ts';

// A map of 4 × 4 whose mask is its left half; R1 drew the left half, R2 the upper half, R3 another class.
const size = [4, 4] as const;
const map = {
  method: 'gradCam',
  index: 0,
  label: 'Mass',
  size,
  values: Float32Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 1 : 0)),
  geometry: { image: size, input: size, resized: size, scale: [1, 1], offset: [0, 0] },
} as unknown as Heatmap;
const drawn = (reader: string | undefined, index: number, width: number, height: number): ImageAnnotation => ({
  index,
  label: 'Mass',
  shape: { kind: 'box', x: 0, y: 0, width, height },
  file: 'a.csv',
  format: 'vindr',
  ...(reader !== undefined && { reader }),
});
const readers = [drawn('R1', 0, 2, 4), drawn('R2', 0, 4, 2), drawn('R3', 1, 1, 1)];
const ious = (annotations: readonly ImageAnnotation[], rule?: AgreementOptions['readers']) =>
  agreementOf(
    [map],
    { id: 1, annotations, states: { 0: 'drawn' } },
    { options: [rule ? { readers: rule } : {}], metrics: ['iou'] },
    new ComparedMaps(0),
  )[0]!.map(({ reader, value, reason }) => [reader, value ?? reason]);

test('several readers: their union by default', () => {
  expect(ious(readers)).toEqual([[undefined, 8 / 12]]);
  expect(ious(readers, 'union')).toEqual(ious(readers));
});

test('majority: at least half of all who read the image', () => {
  // Two of three, where R1 and R2 overlap.
  expect(ious(readers, 'majority')).toEqual([[undefined, 4 / 8]]);
  // One of two is half of them.
  expect(ious(readers.slice(0, 2), 'majority')).toEqual([[undefined, 8 / 12]]);
});

test('intersection: R3 did not draw the class, so nothing is left, and that is said', () => {
  expect(ious(readers.slice(0, 2), 'intersection')).toEqual([[undefined, 4 / 8]]);
  expect(ious(readers, 'intersection')).toEqual([[undefined, expect.any(String)]]);
});

test('each: a number for every reader who drew the class', () => {
  expect(ious(readers, 'each')).toEqual([
    ['R1', 1],
    ['R2', 4 / 12],
  ]);
});

test.each(['each', 'majority', 'intersection'] as const)('nobody named: %s is the union', (rule) => {
  const unnamed = [drawn(undefined, 0, 2, 4), drawn('R2', 0, 4, 2)];
  expect(ious(unnamed, rule)).toEqual([[undefined, 8 / 12]]);
});

test('another word is refused', () =>
  expect(() => ious(readers, 'all' as 'each')).toThrow(/readers of an agreement cannot be "all"/));
