// The numbers of other people's evaluation code: CheXlocalize's, Quantus's, scikit-learn's (agreement/*.py).
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rasterize } from '../../src/explainers/annotations/shapes/rasterize.ts';
import { runsFromText } from '../../src/explainers/annotations/shapes/runs.ts';
import { toImageGrid } from '../../src/explainers/contracts/geometry.ts';
import type { AgreementOptions } from '../../src/explainers/contracts/results.ts';
import type { AgreementInput } from '../../src/explainers/metrics/metric.ts';
import { metrics } from '../../src/explainers/metrics/metrics.ts';
import { REASONS } from '../../src/explainers/metrics/reasons.ts';
import { TUNED_OVER, tuneThreshold } from '../../src/explainers/metrics/tuning.ts';
import { flat } from '../explainers/metrics/grid.ts';

const read = <T>(file: string) => JSON.parse(readFileSync(new URL(`agreement/${file}`, import.meta.url), 'utf8')) as T;
const compute = (id: string, input: AgreementInput, options?: AgreementOptions) =>
  metrics.find((metric) => metric.id === id)!.compute(input, options);

type Run = 'otsu' | 'cutoff' | 'tuned';
type Numbers = Readonly<Record<'iou' | 'iouAll' | 'precision' | 'recall', number | null>> & { readonly pixels: number };
type Finding = {
  readonly kind: string;
  readonly prob: number;
  readonly map: readonly (readonly number[])[];
  readonly truth: string;
  readonly hit: number | null;
} & Readonly<Record<Run, Numbers>>;

describe('CheXlocalize', () => {
  const { tuned, cutoffs, images } = read<{
    tuned: Readonly<Record<string, number>>;
    cutoffs: Readonly<Record<string, number>>;
    images: Readonly<Record<string, { size: [number, number]; maps: Readonly<Record<string, Finding>> }>>;
  }>('chexlocalize.json');
  const findings = Object.entries(images).flatMap(([image, { size, maps }]) =>
    Object.entries(maps).map(([task, finding]) => ({ image, size, task, finding })),
  );

  /** The map on the image's pixels, as resampled for a model that takes squashed images. */
  function inputOf(size: [number, number], { map, truth }: Finding, silent = false): AgreementInput {
    const from = [map.length, map[0]!.length] as const;
    const geometry = {
      image: size,
      input: from,
      scale: [from[0] / size[0], from[1] / size[1]],
      offset: [0, 0],
    } as const;
    return {
      map: { dtype: 'float32', shape: size, data: toImageGrid(Float32Array.from(map.flat()), geometry) },
      mask: {
        dtype: 'uint8',
        shape: size,
        data: rasterize({ kind: 'runs', size, counts: runsFromText(truth)! }, size),
      },
      silent,
    };
  }

  /** Its own settings, as options: it stretches maps between their extremes, whatever their sign. */
  const settings: Readonly<Record<Run, (task: string) => AgreementOptions>> = {
    otsu: () => ({ evidence: 'signed', threshold: { kind: 'otsu', fill: true } }),
    cutoff: () => ({ evidence: 'signed', threshold: { kind: 'otsu', fill: true } }),
    tuned: (task) => ({ evidence: 'signed', threshold: { kind: 'fixed', value: Number(tuned[task]!.toFixed(1)) } }),
  };

  /** Its resampling gives a constant map rounding errors, which its stretch to 0…1 then blows up. */
  const blown = ({ finding }: (typeof findings)[number]) => finding.kind === 'constant' && finding.otsu.pixels > 0;
  const sound = findings.filter((each) => !blown(each));

  test.each(sound.map(({ image, task, ...rest }) => [image.slice(7, 12), task, rest] as const))(
    '%s, %s: IoU of both regimes, precision, recall and the size of the mask, by Otsu, below a cut-off and tuned',
    (_, task, { size, finding }) => {
      for (const run of ['otsu', 'cutoff', 'tuned'] as const) {
        const input = inputOf(size, finding, run === 'cutoff' && finding.prob < cutoffs[task]!);
        const { iou, iouAll, precision, recall, pixels } = finding[run];
        const options = settings[run](task);
        const all: AgreementOptions = { ...options, regime: 'all' };
        expect(compute('iou', input, options).value, run).toBe(iou);
        expect(compute('iou', input, all).value, run).toBe(iouAll);
        expect(compute('precision', input, all).value, run).toBe(precision);
        expect(compute('recall', input, all).value, run).toBe(recall);
        expect(compute('coverage', input, options).value, run).toBe(pixels / (size[0] * size[1]));
      }
    },
  );

  test('a defect that is not ours: rounding errors of a constant map become a mask', () => {
    expect(findings.filter(blown).length).toBeGreaterThan(0);
    for (const { size, finding, task } of findings.filter(blown)) {
      const input = inputOf(size, finding);
      expect(compute('iou', input, settings.otsu(task)).value).toBeNull();
      expect(compute('coverage', input, settings.otsu(task)).value).toBe(0);
    }
  });

  test('hits; where a map is constant, its first pixel is no peak to us', () => {
    for (const { size, finding, image, task } of findings) {
      const measured = compute('pointingGame', inputOf(size, finding), { evidence: 'signed' });
      if (finding.kind === 'constant' && finding.hit !== null) expect(measured.reason).toBe(REASONS.constant);
      else expect(measured.value, `${image} ${task}`).toBe(finding.hit);
    }
  });

  test('the threshold tuned per finding; it tries 0.8 too, as np.arange(0.2, 0.8, 0.1) has seven values', () => {
    for (const [task, threshold] of Object.entries(tuned)) {
      const ious = findings
        .filter((each) => each.task === task)
        .map(({ size, finding }) => {
          const input = inputOf(size, finding);
          return TUNED_OVER.map(
            (value) => compute('iou', input, { evidence: 'signed', threshold: { kind: 'fixed', value } }).value,
          );
        });
      expect(tuneThreshold(ious)?.threshold, task).toBeCloseTo(threshold, 12);
    }
    expect(new Set(Object.values(tuned)).size).toBeGreaterThan(2);
  });
});

describe('tuning', () => {
  test('means skip null; the smallest of equals; null where no image has an IoU', () => {
    expect(
      tuneThreshold(
        [
          [0.5, 0.25, null],
          [null, 0.75, 0.5],
        ],
        [0.1, 0.2, 0.3],
      ),
    ).toEqual({
      threshold: 0.1,
      iou: 0.5,
      images: 1,
    });
    expect(
      tuneThreshold(
        [
          [0.1, 0.2],
          [0.1, 0.4],
        ],
        [0.4, 0.6],
      )?.threshold,
    ).toBe(0.6);
    expect(tuneThreshold([[null, null]], [0.4, 0.6])).toBeNull();
    expect(tuneThreshold([])).toBeNull();
  });
});

interface QuantusCase {
  readonly kind: string;
  readonly size: [number, number];
  readonly values: number[];
  readonly mask: string;
  readonly pointingGame: number | null | string;
  readonly pointingGameWeighted: number | null | string;
  readonly auc: number | null | string;
  readonly aucPositive: number | null | string;
  readonly rankAccuracy: number | null | string;
  readonly rankAccuracyMirrored: number | null | string;
  readonly massAccuracy: number | null | string;
  readonly massAccuracySigned: number | null | string;
  readonly massAccuracyAbsolute: number | null | string;
  readonly attributionLocalisation: number | null | string;
  readonly averagePrecision: number | null;
  readonly averagePrecisionPositive: number | null;
}

describe('Quantus and scikit-learn', () => {
  const cases = read<QuantusCase[]>('quantus.json').map((c) => ({ ...c, input: flat(c.size, c.values, c.mask) }));
  const of = (...kinds: string[]) => cases.filter(({ kind }) => kinds.includes(kind));
  const sound = of('signed', 'positive', 'whole numbers', 'full').filter(({ values }) => values.some((v) => v > 0));

  test.each(sound.map((c) => [c.kind, c.size, c] as const))('%s, %j: the same where Quantus is right', (kind, _, c) => {
    const ties = kind === 'whole numbers';
    const same = (id: string, options: AgreementOptions, theirs: number | null | string) => {
      const { value } = compute(id, c.input, options);
      if (theirs === null) expect(value, id).toBeNull();
      else expect(value, id).toBeCloseTo(theirs as number, 6);
    };
    same('auc', { evidence: 'signed' }, c.auc);
    same('auc', {}, c.aucPositive);
    same('averagePrecision', { evidence: 'signed' }, c.averagePrecision);
    same('averagePrecision', {}, c.averagePrecisionPositive);
    same('massAccuracy', {}, c.massAccuracy);
    same('massAccuracy', { evidence: 'absolute' }, c.massAccuracyAbsolute);
    same('energyPointing', { evidence: 'absolute' }, c.attributionLocalisation);
    if (!ties) same('pointingGame', {}, c.pointingGame);
    if (!ties) same('rankAccuracy', { evidence: 'signed' }, c.rankAccuracy);
  });

  test('scikit-learn’s average precision has no trouble with maps that Quantus refuses, nor have we', () => {
    for (const c of of('negative', 'regions')) {
      const { value } = compute('averagePrecision', c.input, { evidence: 'signed' });
      expect(value).toBeCloseTo(c.averagePrecision!, 12);
    }
  });

  describe('defects of Quantus 0.6.0 that are not ours', () => {
    test('PointingGame of an empty mask is a hit: NaN in an array of booleans is true', () => {
      for (const c of of('empty')) {
        expect(c.pointingGame).toBe(1);
        expect(compute('pointingGame', c.input, {}).reason).toBe(REASONS.emptyMask);
      }
    });

    test('PointingGame counts any of several equal peaks; ours the first, whose chance to hit is the share drawn', () => {
      const ties = of('whole numbers').filter(
        (c) => c.pointingGame === 1 && compute('pointingGame', c.input, {}).value === 0,
      );
      expect(ties.length).toBeGreaterThan(0);
      for (const { values, mask } of ties) {
        const peaks = [...mask].filter((_, i) => values[i] === Math.max(...values));
        expect([peaks[0], peaks.includes('1')]).toEqual(['0', true]);
      }
    });

    test('PointingGame weighted by size fails (before NumPy 2 it was always 1)', () => {
      expect(of('signed', 'full').map((c) => c.pointingGameWeighted)).toEqual(
        of('signed', 'full').map(() => 'TypeError'),
      );
    });

    test('RelevanceMassAccuracy sums signed values: outside 0…1, without bounds near a sum of zero; ours is null', () => {
      const wild = cases.filter(
        (c) => typeof c.massAccuracySigned === 'number' && (c.massAccuracySigned < 0 || c.massAccuracySigned > 1),
      );
      expect(Math.max(...wild.map((c) => Math.abs(c.massAccuracySigned as number)))).toBeGreaterThan(1e3);
      for (const c of wild)
        expect(compute('massAccuracy', c.input, { evidence: 'signed' }).reason).toBe(REASONS.signed);
    });

    test('RelevanceRankAccuracy orders ties by their place: a mirrored image scores otherwise; ours takes the average', () => {
      const ties = of('whole numbers');
      expect(ties.some((c) => c.rankAccuracy !== c.rankAccuracyMirrored)).toBe(true);
      for (const { input } of ties) {
        const turned: AgreementInput = {
          map: { ...input.map, data: input.map.data.toReversed() },
          mask: { ...input.mask, data: input.mask.data.toReversed() },
        };
        const [a, b] = [input, turned].map((each) => compute('rankAccuracy', each, { evidence: 'signed' }).value);
        expect(a).toBe(b);
      }
    });

    test('every metric refuses maps that are negative or the same everywhere; ours says null or a number for each', () => {
      for (const c of of('negative')) {
        expect([c.auc, c.rankAccuracy, c.massAccuracySigned, c.pointingGame]).toEqual(Array(4).fill('AssertionError'));
        expect(compute('auc', c.input, {}).reason).toBe(REASONS.noEvidence);
        expect(compute('auc', c.input, { evidence: 'signed' }).value).toBeGreaterThanOrEqual(0);
      }
    });
  });
});
