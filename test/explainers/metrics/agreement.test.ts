import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { energyPointing } from '../../../src/explainers/metrics/energyPointing.ts';
import { REASONS } from '../../../src/explainers/metrics/evidence.ts';
import { iou } from '../../../src/explainers/metrics/iou.ts';
import type { AgreementInput, Metric } from '../../../src/explainers/metrics/metric.ts';
import { pointingGame } from '../../../src/explainers/metrics/pointingGame.ts';
import { flat, grid } from './grid.ts';

const corner = [
  [1, 0, 0],
  [0, 0, 0],
];
const all = [
  [1, 1, 1],
  [1, 1, 1],
];
const nothing = [
  [0, 0, 0],
  [0, 0, 0],
];

/** map, mask → pointing game, energy, IoU, whole image; a text is the reason why there is none. */
const rows: [string, AgreementInput, (number | string)[]][] = [
  [
    'all evidence inside',
    grid(
      [
        [4, 0, 0],
        [0, 0, 0],
      ],
      corner,
    ),
    [1, 1, 1, 1 / 6],
  ],
  [
    'all evidence outside',
    grid(
      [
        [0, 4, 0],
        [0, 0, 0],
      ],
      corner,
    ),
    [0, 0, 0, 1 / 6],
  ],
  [
    'half inside',
    grid(
      [
        [2, 2, 0],
        [0, 0, 0],
      ],
      corner,
    ),
    [1, 0.5, 0.5, 1 / 6],
  ],
  [
    'ties: the first peak counts',
    grid(
      [
        [0, 2, 0],
        [2, 0, 0],
      ],
      [
        [0, 0, 0],
        [1, 0, 0],
      ],
    ),
    [0, 0.5, 0.5, 1 / 6],
  ],
  [
    'evidence against is not evidence',
    grid(
      [
        [1, -9, -9],
        [-9, -9, -9],
      ],
      corner,
    ),
    [1, 1, 1, 1 / 6],
  ],
  [
    'a full mask',
    grid(
      [
        [1, 2, 3],
        [0, 0, 0],
      ],
      all,
    ),
    [1, 1, 2 / 6, 1],
  ],
  [
    'an empty mask',
    grid(
      [
        [1, 2, 3],
        [0, 0, 0],
      ],
      nothing,
    ),
    Array(4).fill(REASONS.emptyMask),
  ],
  [
    'all against',
    grid(
      [
        [-1, -2, -3],
        [-1, -1, -1],
      ],
      corner,
    ),
    [...Array(3).fill(REASONS.noEvidence), 1 / 6],
  ],
  ['all zero', grid(nothing, corner), [...Array(3).fill(REASONS.noEvidence), 1 / 6]],
  ['all the same', grid(all, corner), [REASONS.constant, 1 / 6, REASONS.constant, 1 / 6]],
  ['one pixel', grid([[3]], [[1]]), [1, 1, REASONS.constant, 1]],
  [
    'infinite',
    grid(
      [
        [Number.POSITIVE_INFINITY, 1, 0],
        [0, 0, 0],
      ],
      corner,
    ),
    [...Array(3).fill(REASONS.infinite), 1 / 6],
  ],
  [
    'the peak unseen',
    grid(
      [
        [null, 1, 0],
        [2, 0, 0],
      ],
      [
        [1, 1, 0],
        [0, 0, 0],
      ],
    ),
    [0, 1 / 3, 0.5, 1 / 5],
  ],
  [
    'the mask unseen',
    grid(
      [
        [null, 1, 0],
        [2, 0, 0],
      ],
      corner,
    ),
    Array(4).fill(REASONS.unseenMask),
  ],
  [
    'nothing seen',
    grid(
      [
        [null, null, null],
        [null, null, null],
      ],
      corner,
    ),
    Array(4).fill(REASONS.unseen),
  ],
];

const column = (metric: Metric, input: AgreementInput) => metric.compute(input).value ?? metric.compute(input).reason;

test.each(rows)('%s', (_, input, [pointing, energy, overlap, whole]) => {
  expect(column(pointingGame, input)).toBe(pointing);
  expect(column(energyPointing, input)).toBe(energy);
  expect(column(iou, input)).toBe(overlap);
  expect(iou.wholeImage(input)).toBe(typeof whole === 'number' ? whole : null);
});

test.each([
  [0, 0],
  [1, 0],
  [Math.SQRT2, 1],
  [15, 1],
])('a peak one step diagonally beside the mask, tolerance %d: %d', (tolerance, value) => {
  const input = grid(
    [
      [0, 0, 0],
      [0, 7, 0],
      [0, 0, 1],
    ],
    [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
    ],
  );
  expect(pointingGame.compute(input, { tolerance })).toEqual({ value });
});

test('the absolute value counts evidence against as well', () => {
  const input = grid(
    [
      [1, -3, 0],
      [0, 0, 0],
    ],
    corner,
  );
  expect(energyPointing.compute(input, { evidence: 'absolute' })).toEqual({ value: 0.25 });
  expect(pointingGame.compute(input, { evidence: 'absolute' })).toEqual({ value: 0 });
  expect(iou.compute(grid(nothing, corner), { evidence: 'absolute' })).toEqual({
    value: null,
    reason: REASONS.noAbsolute,
  });
});

test('sums of denormals keep their digits', () => {
  expect(
    energyPointing.compute(
      grid(
        [
          [3e-44, 1e-44, 0],
          [0, 0, 0],
        ],
        corner,
      ),
    ).value,
  ).toBeCloseTo(0.75, 1);
});

test('a mask on another grid is a defect of the caller', () => {
  expect(() => iou.compute({ ...grid([[1]], [[1]]), mask: grid([[1, 1]], [[1, 1]]).mask })).toThrow(
    'not on the same grid',
  );
});

interface Case {
  readonly kind: string;
  readonly size: [number, number];
  readonly values: (number | null)[];
  readonly mask: string;
  readonly pointingGame: number;
  readonly energyPointing: number;
  readonly iou: number;
  readonly share: number;
}

describe('the same numbers as NumPy and scikit-image', () => {
  const cases = JSON.parse(readFileSync(new URL('fixtures/agreement.json', import.meta.url), 'utf8')) as Case[];
  test.each(cases.map((c) => [c.kind, c.size, c] as const))('%s, %j', (_, size, expected) => {
    const input = flat(size, expected.values, expected.mask);
    expect(pointingGame.compute(input).value).toBe(expected.pointingGame);
    expect(energyPointing.compute(input).value).toBeCloseTo(expected.energyPointing, 6);
    expect(iou.compute(input).value).toBeCloseTo(expected.iou, 12);
    expect(iou.wholeImage(input)).toBeCloseTo(expected.share, 12);
  });
});
