import { describe, expect, test } from 'vitest';
import { encodeRuns } from '../../../src/explainers/annotations/shapes/runs.ts';
import type { Geometry } from '../../../src/explainers/contracts/geometry.ts';
import type { Shape } from '../../../src/explainers/contracts/labels/annotation.ts';
import { isUnlikely, leastScores } from '../../../src/explainers/contracts/labels/leastScore.ts';
import type { Finding, FindingKind, ImageAnnotation, Verdict } from '../../../src/explainers/contracts/results.ts';
import { type Beliefs, learnBeliefs, logOdds, plattLine } from '../../../src/explainers/labelCheck/beliefs.ts';
import type { CheckedImage, Region } from '../../../src/explainers/labelCheck/checkedImage.ts';
import { doubtful } from '../../../src/explainers/labelCheck/doubtful.ts';
import { duplicate } from '../../../src/explainers/labelCheck/duplicate.ts';
import { elsewhere } from '../../../src/explainers/labelCheck/elsewhere.ts';
import { coverage, energyWithin, outdoneShare, toCells, visible } from '../../../src/explainers/labelCheck/evidence.ts';
import { loadObservation, regionsOf, saveObservation } from '../../../src/explainers/labelCheck/observation.ts';
import { labelOdds } from '../../../src/explainers/labelCheck/odds.ts';
import { overlap } from '../../../src/explainers/labelCheck/overlap.ts';
import { rankFindings } from '../../../src/explainers/labelCheck/rank.ts';
import { Rate } from '../../../src/explainers/labelCheck/rate.ts';
import { swapped } from '../../../src/explainers/labelCheck/swapped.ts';
import { unlabelled } from '../../../src/explainers/labelCheck/unlabelled.ts';

type Box = readonly [number, number, number, number];
const box = ([x, y, width, height]: Box): Shape => ({ kind: 'box', x, y, width, height });
const drawn = (index: number, at: Box, more: Partial<ImageAnnotation> = {}): ImageAnnotation => ({
  index,
  label: `class ${index}`,
  shape: box(at),
  file: '/a.json',
  format: 'coco',
  ...more,
});

function image(
  scores: readonly number[],
  states: CheckedImage['states'],
  more: Partial<CheckedImage> = {},
): CheckedImage {
  return {
    path: '/a.png',
    exclusive: false,
    scores: Float32Array.from(scores),
    predicted: (index) => scores[index]! >= 0.5,
    states,
    annotations: [...states].flatMap(([index, state]) =>
      state === 'present' ? [{ ...drawn(index, [0, 0, 1, 1]), shape: null, line: 7 }] : [],
    ),
    absentIn: [
      {
        file: '/a.json',
        line: 3,
        classes: new Set([...states].flatMap(([i, state]) => (state === 'absent' ? [i] : []))),
      },
    ],
    regions: new Map(),
    ...more,
  };
}

/**
 * The model is calibrated as it is, each class is in a fifth of the images, which have 0.7 labels each; confident from
 * 0.6, and up to 0.1.
 */
const beliefs: Beliefs = {
  of: () => ({ prior: 0.2, seen: 0.6, unseen: 0.1, probability: (score) => score }),
  priors: 0.7,
};
const p = (odds: number) => odds / (1 + odds);

describe('closed forms', () => {
  test('unlabelled: r · q / (1 − q)', () => {
    const [found, low] = unlabelled.find(
      image(
        [0.75, 0.4],
        new Map([
          [0, 'absent'],
          [1, 'absent'],
        ]),
      ),
      beliefs,
    );
    expect(found).toMatchObject({ index: 0, sure: true, place: { file: '/a.json', line: 3 }, annotation: null });
    expect(found!.score).toBeCloseTo(p(0.1 * 3), 10);
    expect(low).toMatchObject({ index: 1, sure: false });
    expect(found!.message(['Mass', ''])).toBe(
      'Mass is not labelled, but the model gives it 0.75; its mean where it is labelled is 0.60.',
    );
  });

  test('unlabelled: nothing of classes that the files do not mention', () => {
    expect(unlabelled.find(image([0.99, 0.99], new Map([[1, 'present']])), beliefs)).toEqual([]);
  });

  test('doubtful: r · π / (1 − π) · (1 − q) / q, q half-way between the calibrated score and the score itself', () => {
    const [found, high] = doubtful.find(
      image(
        [0.0625, 0.25],
        new Map([
          [0, 'present'],
          [1, 'present'],
        ]),
      ),
      beliefs,
    );
    expect(found).toMatchObject({ index: 0, sure: true, place: { line: 7 } });
    expect(found!.score).toBeCloseTo(p(0.1 * 0.25 * 15), 10);
    expect(high).toMatchObject({ index: 1, sure: false });
  });

  test('doubtful: wrong labels pull the calibration to themselves, so the score itself counts as much', () => {
    const tenth: Beliefs = { ...beliefs, of: () => ({ ...beliefs.of(0), probability: () => 0.1 }) };
    const [found] = doubtful.find(image([0.5], new Map([[0, 'present']])), tenth);
    expect(found!.score).toBeCloseTo(p(0.1 * 0.25 * 3), 6);
  });

  test('swapped: ½ r · π_A / (Σ π − π_B) · (1 − q_A) / q_A · q_B / (1 − q_B), which A’s and B’s own odds then hold too', () => {
    const one = image(
      [0.0625, 0.75],
      new Map([
        [0, 'present'],
        [1, 'absent'],
      ]),
    );
    const wrong = 0.1 * 0.25 * 15;
    const swap = 0.5 * 0.1 * 0.4 * 15 * 3;
    const [found, ...rest] = swapped.find(one, beliefs);
    expect(found).toMatchObject({ index: 0, instead: 1, sure: true });
    expect(found!.score).toBeCloseTo(p(swap), 10);
    expect(rest).toEqual([]);
    const odds = labelOdds(one, beliefs);
    expect(odds.wrong.get(0)).toBeCloseTo(wrong + swap, 10);
    expect(odds.missing.get(1)).toBeCloseTo(0.1 * 3 + swap, 10);
    // One event is reported once.
    expect([...unlabelled.find(one, beliefs), ...doubtful.find(one, beliefs)].map(({ sure }) => sure)).toEqual([
      false,
      false,
    ]);
  });

  test('swapped: evidence of the other class in the drawn region counts up to four times', () => {
    const annotation = drawn(0, [0, 0, 1, 1]);
    const scoreWith = (own: number, other: number) => {
      const region: Region = {
        area: 0.1,
        energy: new Map([own, other].map((share, index) => [index, share] as const).filter(([, share]) => share >= 0)),
        outdone: 0,
      };
      const states = new Map([
        [0, 'drawn'],
        [1, 'absent'],
      ] as const);
      const more = { annotations: [annotation], regions: new Map([[annotation, region]]) };
      return swapped.find(image([0.0625, 0.75], states, more), beliefs)[0]!.score;
    };
    const odds = 0.5 * 0.1 * 0.4 * 15 * 3;
    expect(scoreWith(0.2, 0.2)).toBeCloseTo(p(odds), 6);
    expect(scoreWith(0.2, 0.4)).toBeCloseTo(p(2 * odds), 4);
    expect(scoreWith(0, 0.4)).toBeCloseTo(p(4 * odds), 6);
    expect(scoreWith(0.4, 0)).toBeCloseTo(p(odds / 4), 6);
    expect(scoreWith(Number.NaN, 0.4)).toBeCloseTo(p(odds), 6);
  });

  test('swapped: one region under two classes; two readers may differ', () => {
    const two = (more: Partial<ImageAnnotation>) =>
      swapped
        .find(
          image([0.9, 0.3], new Map(), { annotations: [drawn(0, [0, 0, 10, 10]), drawn(1, [0, 0, 10, 10], more)] }),
          beliefs,
        )
        .map(({ index, instead, score }) => [index, instead, score]);
    expect(two({})).toEqual([[1, 0, expect.closeTo(0.9 / 1.2, 6)]]);
    expect(two({ reader: 'B' })).toEqual([]);
    expect(two({ file: '/b.json' })).toEqual([]);
  });

  test('duplicate: intersection over union with the nearest earlier one', () => {
    const find = (...boxes: Box[]) =>
      duplicate
        .find(image([0.5], new Map(), { annotations: boxes.map((at, i) => drawn(0, at, { line: i + 1 })) }), beliefs)
        .map(({ score, sure, place }) => [score, sure, place.line]);
    expect(find([0, 0, 10, 10], [0, 0, 10, 9])).toEqual([[0.9, true, 2]]);
    expect(find([0, 0, 10, 10], [0, 0, 10, 5])).toEqual([[0.5, false, 2]]);
    expect(find([0, 0, 10, 10], [10, 0, 10, 10])).toEqual([]);
    expect(find([0, 0, 10, 10], [0, 0, 10, 10], [0, 0, 10, 10])).toEqual([
      [1, true, 2],
      [1, true, 3],
    ]);
  });

  test('elsewhere: less than half the evidence of its area, in a class that is predicted', () => {
    const find = (score: number, energy: number, outdone: number) => {
      const annotation = drawn(0, [0, 0, 1, 1], { line: 5 });
      const regions = new Map([
        [annotation, { area: 0.2, energy: new Map(energy >= 0 ? [[0, energy]] : []), outdone }],
      ]);
      return elsewhere.find(image([score], new Map(), { regions }), beliefs).map((each) => [each.score, each.sure]);
    };
    expect(find(0.9, 0.05, 0.8)).toEqual([[0.8, true]]);
    expect(find(0.4, 0.05, 0.8)).toEqual([[0.8, false]]);
    expect(find(0.9, 0.15, 0.8)).toEqual([[0.8, false]]);
    expect(find(0.9, Number.NaN, Number.NaN)).toEqual([]);
  });
});

describe('what the images teach', () => {
  const set = (scores: readonly number[], labelled: readonly boolean[]) =>
    scores.map((score, i) => image([score], new Map([[0, labelled[i] ? 'present' : 'absent']])));

  test('thresholds are mean scores, the card’s counting as one image', () => {
    const belief = learnBeliefs(set([0.9, 0.7, 0.2, 0.4], [true, true, false, false]), [0.5]).of(0);
    expect(belief.seen).toBeCloseTo((0.9 + 0.7 + 0.5) / 3, 6);
    expect(belief.unseen).toBeCloseTo((0.2 + 0.4 + 0.25) / 3, 6);
    expect(belief.prior).toBe(0.5);
  });

  test('a model that is always too sure is taken down; without images it is taken at its word', () => {
    const often = Array.from({ length: 200 }, (_, i) => i % 10 === 0);
    const scores = often.map((labelled, i) => (labelled ? 0.95 : 0.8 + (i % 7) / 100));
    const belief = learnBeliefs(set(scores, often), [0.5]).of(0);
    expect(belief.probability(0.8)).toBeLessThan(0.2);
    expect(belief.probability(0.95)).toBeGreaterThan(belief.probability(0.8));
    expect(learnBeliefs([], [0.5]).of(0).probability(0.8)).toBeCloseTo(0.8, 6);
  });

  test('labels that are never absent teach nothing of absence', () => {
    const belief = learnBeliefs(set([0.1, 0.2, 0.3], [true, true, true]), [0.5]).of(0);
    expect(belief.probability(0.1)).toBeCloseTo(0.1, 6);
    expect(belief.prior).toBe(0.5);
  });

  test('the line’s gradient is zero where it ends, and it never runs backwards', () => {
    const xs = Array.from({ length: 60 }, (_, i) => logOdds(((i * 37) % 60) / 60));
    const ys = xs.map((x, i) => (x + ((i % 5) - 2) > 0 ? 1 : 0));
    const [a, b] = plattLine(xs, ys);
    const rest = xs.map((x, i) => 1 / (1 + Math.exp(-(a * x + b))) - ys[i]!);
    expect(16 * (a - 1) + rest.reduce((sum, r, i) => sum + r * xs[i]!, 0)).toBeCloseTo(0, 4);
    expect(b + rest.reduce((sum, r) => sum + r, 0)).toBeCloseTo(0, 4);
    expect(
      plattLine(
        xs,
        ys.map((y) => 1 - y),
      )[0],
    ).toBe(0);
  });
});

describe('questions', () => {
  const places = (annotations: readonly ImageAnnotation[]) => {
    const region = { area: 0.5, energy: new Map([[0, 0.1]]), outdone: 0.9 };
    const one = image([0.9], new Map([[0, 'drawn']]), {
      annotations,
      regions: new Map(annotations.map((each) => [each, region])),
    });
    return rankFindings([one], { labels: ['a'], thresholds: [0.5] }).map(({ finding }) => [
      finding.kind,
      ...finding.places.map(({ file, line }) => `${file}:${line}`),
    ]);
  };

  test('one region in two files is one question, as is the pair that is drawn twice in both', () => {
    const [here, near, far] = [
      [0, 0, 10, 10],
      [0, 0, 10, 9.4],
      [20, 20, 10, 10],
    ] as const;
    const two = [here, near].flatMap((at, i) => [drawn(0, at, { line: i }), drawn(0, at, { file: '/b.xml', line: i })]);
    expect(places([...two, drawn(0, far, { line: 2 })])).toEqual([
      ['duplicate', '/a.json:1', '/b.xml:1'],
      ['elsewhere', '/a.json:0', '/b.xml:0'],
      ['elsewhere', '/a.json:1', '/b.xml:1'],
      ['elsewhere', '/a.json:2'],
    ]);
  });

  test('of three equal regions in a file, two are redundant', () => {
    const three = [0, 1, 2].map((line) => drawn(0, [0, 0, 10, 10], { line, id: String(line) }));
    expect(places(three).filter(([kind]) => kind === 'duplicate')).toHaveLength(2);
  });
});

describe('the least score', () => {
  const of = (kind: FindingKind, scores: readonly number[]) =>
    scores.map((score) => ({ kind, score, verdict: null }) as unknown as Finding);
  const hidden = (findings: readonly Finding[]) => {
    const least = leastScores(findings);
    return findings.filter((finding) => isUnlikely(finding, least)).length;
  };

  test('is a twentieth of what one finding in ten of the kind has, however small the scores are', () => {
    const scores = Array.from({ length: 100 }, (_, i) => (i < 9 ? 1 : i < 40 ? 0.4 : i < 60 ? 0.021 : 0.019));
    for (const scale of [1, 1e-6]) {
      const findings = of('swapped', scores.map((score) => score * scale)); // biome-ignore format: one line
      expect(leastScores(findings).get('swapped')).toBeCloseTo(0.02 * scale, 12);
      expect(hidden(findings)).toBe(40);
    }
  });

  test('leaves the first 20 of each kind, and those with a verdict', () => {
    const few = [...of('doubtful', [1, ...Array(24).fill(1e-9)]), ...of('unlabelled', [1, 1e-9])];
    expect(hidden(few)).toBe(0);
    const many = of('doubtful', [...Array(25).fill(1), ...Array(5).fill(0.01)]);
    expect(hidden(many)).toBe(5);
    expect(hidden(many.map((each) => ({ ...each, verdict: {} as Verdict })))).toBe(0);
  });
});

test('the rate is that of the last 20 s, of the images that the model ran on; nothing is said in the first 3 s', () => {
  const rate = new Rate();
  expect([rate.at(0, 0, 1000), rate.at(2900, 29, 971)]).toEqual(['', '']);
  expect(rate.at(10_000, 100, 900)).toBe('; 10 images per second, 90 s left'.replace('90 s', '2 min'));
  for (let s = 11; s <= 60; s++) rate.at(s * 1000, 100 + (s - 10) * 2, 1000);
  expect(rate.at(61_000, 202, 2000)).toBe('; 2.0 images per second, 17 min left');
  // Images from the journal take no time.
  const resumed = new Rate();
  expect([0, 5, 10].map((s) => resumed.at(s * 1000, 0, 10))).toEqual(['', '', '']);
});

describe('evidence', () => {
  const plain: Geometry = { image: [8, 8], input: [4, 4], scale: [0.5, 0.5], offset: [0, 0] };
  /** All evidence in one cell of 4 × 4. */
  const spot = (row: number, column: number) =>
    toCells(
      Float32Array.from({ length: 16 }, (_, i) => +(i === row * 4 + column)),
      [4, 4],
    )!;

  test('the share within a box, exact to parts of a cell', () => {
    const seen = visible(plain);
    const share = (at: Box) => energyWithin(spot(0, 0), coverage(box(at), plain), seen);
    expect(share([0, 0, 2, 2])).toBe(1);
    expect(share([0, 0, 1, 2])).toBe(0.5);
    expect(share([2, 2, 6, 6])).toBe(0);
    expect(coverage(box([0, 0, 8, 8]), plain)).toEqual(seen);
  });

  test('outlines and masks cover what a box of the same pixels does', () => {
    const expected = [...coverage(box([2, 1, 4, 6]), plain)];
    const ring = [2, 1, 6, 1, 6, 7, 2, 7];
    const mask = Uint8Array.from({ length: 64 }, (_, i) => +(i % 8 >= 2 && i % 8 < 6 && i >= 8 && i < 56));
    const runs: Shape = { kind: 'runs', size: [8, 8], counts: encodeRuns(mask, [8, 8]) };
    for (const shape of [{ kind: 'polygon', rings: [ring] } as const, runs])
      for (const [i, value] of coverage(shape, plain).entries()) expect(value).toBeCloseTo(expected[i]!, 1);
  });

  test('a letterbox’s border is no image', () => {
    const wide: Geometry = { image: [4, 8], input: [4, 4], scale: [0.5, 0.5], offset: [1, 0] };
    expect([...visible(wide)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect(energyWithin(spot(0, 0), coverage(box([0, 0, 8, 4]), wide), visible(wide))).toBeNaN();
  });

  test('the share of places that hold more', () => {
    const outdone = (at: Box, cells = spot(0, 0)) => outdoneShare(cells, box(at), plain);
    // Seven places per axis for a box of one cell, half a cell apart: only its own holds all.
    expect(outdone([0, 0, 2, 2])).toBeCloseTo(0.5 / 49, 10);
    // The spot is held by 4 of 49 places, in parts; all others are equal.
    expect(outdone([6, 6, 2, 2])).toBeCloseTo((4 + 45 / 2) / 49, 10);
    expect(outdone([0, 0, 8, 8])).toBe(0.5);
    expect(outdone([2, 2, 2, 2], toCells(new Float32Array(16).fill(3), [4, 4])!)).toBe(0.5);
  });

  test('maps without evidence are none; negative evidence does not count', () => {
    expect(toCells(new Float32Array(16), [4, 4])).toBeNull();
    expect(toCells(new Float32Array(16).fill(-1), [4, 4])).toBeNull();
    expect(toCells(new Float32Array(16).fill(Number.NaN), [4, 4])).toBeNull();
    expect(toCells(Float32Array.of(-1, 1, 2, 4), [2, 2])).toEqual(Uint8Array.of(0, 64, 128, 255));
  });

  test('an observation is the same after the journal', () => {
    const said = {
      ids: ['1.2.3'],
      geometry: plain,
      scores: Float32Array.of(0.1, 0.9),
      maps: new Map([
        [0, spot(1, 2)],
        [1, null],
      ]),
    };
    const loaded = loadObservation(JSON.parse(JSON.stringify(saveObservation(said))), 2);
    expect(loaded).toEqual(said);
    const annotation = drawn(0, [4, 2, 2, 2]);
    expect(regionsOf(loaded!, [annotation])).toEqual(regionsOf(said, [annotation]));
    expect(regionsOf(said, [annotation]).get(annotation)).toMatchObject({
      area: 1 / 16,
      energy: new Map([[0, 1]]),
    });
    for (const broken of [
      null,
      {},
      { ...saveObservation(said), scores: 'AAAA' },
      { ...saveObservation(said), geometry: {} },
    ])
      expect(loadObservation(broken, 2)).toBeNull();
  });

  test('overlap of an outline with its own box', () => {
    const triangle: Shape = { kind: 'polygon', rings: [[0, 0, 10, 0, 0, 10]] };
    expect(overlap(triangle, triangle)).toBe(1);
    expect(overlap(triangle, box([0, 0, 10, 10]))).toBeCloseTo(0.5, 1);
    expect(overlap(box([0, 0, 1e6, 1e6]), box([0, 0, 1e6, 5e5]))).toBe(0.5);
  });
});
