import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AgreementOptions } from '../../../src/explainers/contracts/results.ts';
import type { AgreementInput, Metric } from '../../../src/explainers/metrics/metric.ts';
import { metrics } from '../../../src/explainers/metrics/metrics.ts';
import { REASONS } from '../../../src/explainers/metrics/reasons.ts';
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
const against = [
  [-1, -2, -3],
  [-4, -5, -6],
];

/** A number, or the reason why there is none. */
type Said = number | string;
const said = (metric: Metric, input: AgreementInput, options?: AgreementOptions): Said => {
  const { value, reason } = metric.compute(input, options);
  return value ?? reason;
};
const metric = (id: string) => metrics.find((each) => each.id === id)!;
const ids = metrics.map(({ id }) => id);
/** The same for every metric, except for some. */
const every = (value: Said, others: Readonly<Record<string, Said>>) =>
  Object.fromEntries(ids.map((id) => [id, others[id] ?? value]));

interface Row {
  readonly name: string;
  readonly map: readonly (readonly (number | null)[])[];
  readonly mask: readonly (readonly number[])[];
  readonly options?: AgreementOptions;
  readonly silent?: true;
  readonly expected: Readonly<Record<string, Said>>;
}

const rows: readonly Row[] = [
  {
    name: 'all evidence inside',
    map: [
      [4, 0, 0],
      [0, 0, 0],
    ],
    mask: corner,
    expected: every(1, { coverage: 1 / 6 }),
  },
  {
    name: 'all evidence outside: pixels without evidence tie with those inside',
    map: [
      [0, 4, 0],
      [0, 0, 0],
    ],
    mask: corner,
    expected: every(0, { auc: 2 / 5, averagePrecision: 1 / 6, coverage: 1 / 6 }),
  },
  {
    name: 'half inside',
    map: [
      [2, 2, 0],
      [0, 0, 0],
    ],
    mask: corner,
    expected: every(1 / 2, { pointingGame: 1, dice: 2 / 3, recall: 1, auc: 4.5 / 5, coverage: 1 / 3 }),
  },
  {
    name: 'ties: the first peak counts, elsewhere the average over their orders',
    map: [
      [0, 2, 0],
      [2, 0, 0],
    ],
    mask: [
      [0, 0, 0],
      [1, 0, 0],
    ],
    expected: every(1 / 2, { pointingGame: 0, dice: 2 / 3, recall: 1, auc: 4.5 / 5, coverage: 1 / 3 }),
  },
  {
    name: 'evidence against is not evidence',
    map: [
      [1, -9, -9],
      [-9, -9, -9],
    ],
    mask: corner,
    expected: every(1, { coverage: 1 / 6 }),
  },
  {
    name: 'a full mask',
    map: [
      [1, 2, 3],
      [0, 0, 0],
    ],
    mask: all,
    expected: every(1, { iou: 1 / 3, dice: 1 / 2, recall: 1 / 3, auc: REASONS.nothingOutside, coverage: 1 / 3 }),
  },
  {
    name: 'an empty mask',
    map: [
      [1, 2, 3],
      [0, 0, 0],
    ],
    mask: nothing,
    expected: every(REASONS.emptyMask, { coverage: 1 / 3 }),
  },
  { name: 'all against', map: against, mask: corner, expected: every(REASONS.noEvidence, { coverage: 0 }) },
  { name: 'all zero', map: nothing, mask: corner, expected: every(REASONS.noEvidence, { coverage: 0 }) },
  {
    name: 'all the same: nothing stands out, and no pixel comes before another',
    map: all,
    mask: corner,
    expected: every(REASONS.constant, {
      energyPointing: 1 / 6,
      massAccuracy: 1 / 6,
      rankAccuracy: 1 / 6,
      averagePrecision: 1 / 6,
      auc: 1 / 2,
      coverage: 0,
    }),
  },
  {
    name: 'one pixel, drawn',
    map: [[3]],
    mask: [[1]],
    expected: every(1, {
      ...Object.fromEntries(['iou', 'dice', 'precision', 'recall'].map((id) => [id, REASONS.constant])),
      auc: REASONS.nothingOutside,
      coverage: 0,
    }),
  },
  { name: 'one pixel, not drawn', map: [[3]], mask: [[0]], expected: every(REASONS.emptyMask, { coverage: 0 }) },
  { name: 'one pixel, against', map: [[-3]], mask: [[1]], expected: every(REASONS.noEvidence, { coverage: 0 }) },
  {
    name: 'infinite',
    map: [
      [Number.POSITIVE_INFINITY, 1, 0],
      [0, 0, 0],
    ],
    mask: corner,
    expected: every(REASONS.infinite, {}),
  },
  {
    name: 'the peak unseen, and a part of the mask',
    map: [
      [null, 1, 0],
      [2, 0, 0],
    ],
    mask: [
      [1, 1, 0],
      [0, 0, 0],
    ],
    expected: every(1 / 2, {
      pointingGame: 0,
      energyPointing: 1 / 3,
      massAccuracy: 1 / 3,
      dice: 2 / 3,
      recall: 1,
      rankAccuracy: 0,
      auc: 3 / 4,
      coverage: 2 / 5,
    }),
  },
  {
    name: 'the mask unseen',
    map: [
      [null, 1, 0],
      [2, 0, 0],
    ],
    mask: corner,
    expected: every(REASONS.unseenMask, { coverage: 2 / 5 }),
  },
  {
    name: 'nothing seen',
    map: [
      [null, null, null],
      [null, null, null],
    ],
    mask: corner,
    expected: every(REASONS.unseen, {}),
  },
  {
    name: 'absolute: evidence against counts as well',
    map: [
      [1, -3, 0],
      [0, 0, 0],
    ],
    mask: corner,
    options: { evidence: 'absolute' },
    expected: every(0, {
      energyPointing: 1 / 4,
      massAccuracy: 1 / 4,
      auc: 4 / 5,
      averagePrecision: 1 / 2,
      coverage: 1 / 6,
    }),
  },
  {
    name: 'absolute of nothing',
    map: nothing,
    mask: corner,
    options: { evidence: 'absolute' },
    expected: every(REASONS.noAbsolute, { coverage: 0 }),
  },
  {
    name: 'signed: the order and the stretch of raw values, but no share of a sum that cancels',
    map: against,
    mask: corner,
    options: { evidence: 'signed' },
    expected: every(1, {
      energyPointing: REASONS.signed,
      massAccuracy: REASONS.signed,
      iou: 1 / 3,
      dice: 1 / 2,
      precision: 1 / 3,
      coverage: 1 / 2,
    }),
  },
  {
    name: 'a score below the cut-off',
    map: [
      [4, 0, 0],
      [0, 0, 0],
    ],
    mask: corner,
    silent: true,
    expected: every(1, {
      ...Object.fromEntries(['iou', 'dice', 'precision', 'recall'].map((id) => [id, REASONS.belowCutoff])),
      coverage: 0,
    }),
  },
  {
    name: 'a score below the cut-off, where all images count',
    map: [
      [4, 0, 0],
      [0, 0, 0],
    ],
    mask: corner,
    silent: true,
    options: { regime: 'all' },
    expected: every(1, { iou: 0, dice: 0, precision: REASONS.belowCutoff, recall: 0, coverage: 0 }),
  },
  {
    name: 'no evidence, where all images count',
    map: nothing,
    mask: corner,
    options: { regime: 'all' },
    expected: every(REASONS.noEvidence, { iou: 0, dice: 0, recall: 0, coverage: 0 }),
  },
  {
    name: 'nothing drawn, where all images count',
    map: [
      [4, 0, 0],
      [0, 0, 0],
    ],
    mask: nothing,
    options: { regime: 'all' },
    expected: every(REASONS.emptyMask, { iou: 0, dice: 0, precision: 0, coverage: 1 / 6 }),
  },
  {
    name: 'nothing drawn and no evidence, where all images count',
    map: nothing,
    mask: nothing,
    options: { regime: 'all' },
    expected: every(REASONS.emptyMask, {
      ...Object.fromEntries(['iou', 'dice', 'precision', 'recall'].map((id) => [id, REASONS.bothEmpty])),
      coverage: 0,
    }),
  },
];

test.each(rows.map((row) => [row.name, row] as const))('%s', (_, { map, mask, silent, options, expected }) => {
  const input: AgreementInput = { ...grid(map, mask), ...(silent && { silent }) };
  for (const id of ids) {
    const value = said(metric(id), input, options);
    if (typeof expected[id] === 'number' && typeof value === 'number') expect(value, id).toBeCloseTo(expected[id], 12);
    else expect(value, id).toBe(expected[id]);
  }
});

test.each([
  [0, 0],
  [0.5, 0],
  [1, 0],
  [Math.SQRT2, 1],
  [15, 1],
])('a peak one step diagonally next to the mask, tolerance %d: %d', (tolerance, value) => {
  const input = grid(
    [
      [0, 0, 0],
      [0, 7, 0],
      [0, 0, 0],
    ],
    [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
    ],
  );
  expect(metric('pointingGame').compute(input, { tolerance })).toEqual({ value });
  const share = { 0: 1, 0.5: 1, 1: 3, [Math.SQRT2]: 4, 15: 9 }[tolerance]! / 9;
  expect(metric('pointingGame').random(input, { tolerance })).toBeCloseTo(share, 12);
  expect(metric('pointingGame').wholeImage(input, { tolerance })).toBeCloseTo(share, 12);
});

describe('thresholds', () => {
  const input = grid(
    [
      [0, 1, 2],
      [3, 4, 10],
    ],
    [
      [0, 0, 0],
      [0, 1, 1],
    ],
  );
  const masks: readonly [AgreementOptions['threshold'] & object, number, Said][] = [
    [{ kind: 'otsu' }, 1 / 6, 1 / 2],
    [{ kind: 'fixed', value: 0 }, 5 / 6, 2 / 5],
    [{ kind: 'fixed', value: 0.25 }, 3 / 6, 2 / 3],
    [{ kind: 'fixed', value: 0.35 }, 2 / 6, 1],
    [{ kind: 'fixed', value: 1 }, 0, REASONS.belowThreshold],
    [{ kind: 'percentile', value: 0 }, 5 / 6, 2 / 5],
    // NumPy: np.percentile([0, 1, 2, 3, 4, 10], 60) is 3.
    [{ kind: 'percentile', value: 60 }, 2 / 6, 1],
    [{ kind: 'percentile', value: 59 }, 3 / 6, 2 / 3],
    [{ kind: 'percentile', value: 100 }, 0, REASONS.belowThreshold],
    [{ kind: 'otsu', fill: true }, 0, REASONS.specks],
  ];
  test.each(masks)('%j covers %d', (threshold, covered, iou) => {
    expect(said(metric('coverage'), input, { threshold })).toBeCloseTo(covered, 12);
    expect(said(metric('iou'), input, { threshold })).toBe(iou);
  });
});

describe('what maps without information score', () => {
  // A quarter of the image.
  const input = grid(
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 0],
      [0, 0],
    ],
  );
  const s = 1 / 4;
  const cases: readonly [string, number, number][] = [
    ['pointingGame', s, s],
    ['energyPointing', s, s],
    ['massAccuracy', s, s],
    ['rankAccuracy', s, s],
    ['auc', 0.5, 0.5],
    // The mean over 4 places of the one pixel: (1 + 1/2 + 1/3 + 1/4) / 4.
    ['averagePrecision', s, 25 / 48],
    ['iou', s, 0.125 / (0.5 + s - 0.125)],
    ['dice', (2 * s) / (1 + s), (2 * 0.125) / (0.5 + s)],
    ['precision', s, s],
    ['recall', 1, 0.5],
    ['coverage', 1, 0.5],
  ];
  test.each(cases)('%s: everywhere %d, noise %d', (id, whole, noise) => {
    expect(metric(id).wholeImage(input)).toBeCloseTo(whole, 12);
    expect(metric(id).random(input)).toBeCloseTo(noise, 12);
  });

  test('every metric has its case, and none where nothing can be compared', () => {
    expect(cases.map(([id]) => id).sort()).toEqual([...ids].sort());
    const empty = grid([[1, 2]], [[0, 0]]);
    for (const { id, wholeImage, random } of metrics.filter((each) => each.id !== 'coverage')) {
      expect([id, wholeImage(empty), random(empty)]).toEqual([id, null, null]);
    }
    for (const { wholeImage, random } of metrics) {
      expect([wholeImage(grid([[null]], [[1]])), random(grid([[null]], [[1]]))]).toEqual([null, null]);
    }
  });
});

test('sums of denormals keep their digits', () => {
  const input = grid(
    [
      [3e-44, 1e-44, 0],
      [0, 0, 0],
    ],
    corner,
  );
  expect(metric('energyPointing').compute(input).value).toBeCloseTo(0.75, 1);
});

test('a mask on another grid is a defect of the caller', () => {
  const input = { ...grid([[1]], [[1]]), mask: grid([[1, 1]], [[1, 1]]).mask };
  for (const each of metrics) expect(() => each.compute(input), each.id).toThrow('not on the same grid');
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
    expect(metric('pointingGame').compute(input).value).toBe(expected.pointingGame);
    expect(metric('energyPointing').compute(input).value).toBeCloseTo(expected.energyPointing, 6);
    expect(metric('iou').compute(input).value).toBeCloseTo(expected.iou, 12);
    expect(metric('iou').wholeImage(input)).toBeCloseTo(expected.share, 12);
  });
});
