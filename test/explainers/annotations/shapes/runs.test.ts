import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRuns, encodeRuns, runsArea, runsFromText } from '../../../../src/explainers/annotations/shapes/runs.ts';
import { runsToText } from '../../../runsToText.ts';
import { fixtureJson } from '../fixture.ts';

test.each([
  [[5, 2, 2, 2, 2, 2, 5], '5220003'],
  [[13, 4, 6, 4, 8, 1, 24], '=4602M`0'],
  [[1024 * 1024], 'PPPP1'],
  [[], ''],
])('%j is written %s', (counts, text) => {
  expect(runsToText(counts)).toBe(text);
  expect(runsFromText(text)).toEqual(counts);
});

const vectors = fixtureJson<{ size: [number, number]; counts: string; runs: number[] }[]>('coco/runs.json');
test.each(vectors.map((v) => [v.size, v] as const))('as pycocotools packs a mask of %j', (size, { counts, runs }) => {
  expect(runsFromText(counts)).toEqual(runs);
  expect(runsToText(runs)).toBe(counts);
  const mask = decodeRuns(runs, size);
  expect(mask.reduce((sum, value) => sum + value, 0)).toBe(runsArea(runs));
  expect(encodeRuns(mask, size)).toEqual(runs);
});

test('any mask survives both codecs', () => {
  const sized = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
  const masks = sized.chain(([h, w]) =>
    fc.tuple(fc.constant([h, w] as const), fc.uint8Array({ minLength: h * w, maxLength: h * w, max: 1 })),
  );
  fc.assert(
    fc.property(masks, ([size, mask]) => {
      const counts = runsFromText(runsToText(encodeRuns(mask, size)))!;
      expect(decodeRuns(counts, size)).toEqual(mask);
    }),
  );
});

test('any text gives run lengths or null, never an exception', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      const counts = runsFromText(text);
      expect(counts === null || counts.every((count) => count >= 0 && Number.isInteger(count))).toBe(true);
    }),
  );
});
