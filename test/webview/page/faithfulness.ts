// Made-up answers of `assess` and `compareMethods`, each method's its own.
import type {
  Assessment,
  AssessRequest,
  CompareRequest,
  MethodComparison,
} from '../../../src/explainers/contracts/results.ts';

const STEPS = Array.from({ length: 21 }, (_, i) => i / 20);

export function assess({ method, classes, metrics }: AssessRequest): readonly Assessment[] {
  const speed = 2 + (method.length % 5);
  const made: Readonly<Record<string, Pick<Assessment, 'value' | 'reason' | 'curve' | 'moved' | 'notes'>>> = {
    deletion: {
      value: 0.21,
      curve: { fraction: STEPS, score: STEPS.map((x) => 0.97 * Math.exp(-speed * x)) },
      notes: ['224 pixels a step; taken pixels are 0 after normalisation.'],
    },
    insertion: { value: 0.74, curve: { fraction: STEPS, score: STEPS.map((x) => 0.97 * x ** (1 / speed)) }, notes: [] },
    regionEffect: { value: 0.34, moved: 0.08, notes: ['Score 0.97; without the region 0.63; the region alone 0.88.'] },
    maxSensitivity: { value: 0.12, notes: [] },
    parameterRandomisation:
      method === 'gradCam'
        ? {
            value: 0.31,
            curve: {
              fraction: [0, 0.25, 0.5, 0.75, 1],
              score: [1, 0.42, 0.31, null, 0.12],
              labels: ['head', 'block4', 'block3', 'block2'],
            },
            notes: [],
          }
        : { value: null, reason: 'the map of the randomised model is the same everywhere', notes: [] },
  };
  return classes.flatMap((index) => metrics.map((metric): Assessment => ({ method, index, metric, ...made[metric]! })));
}

export function compare({ methods }: CompareRequest): MethodComparison {
  const matrix = (of: (i: number, j: number) => number | null) =>
    methods.map((_, i) => methods.map((__, j) => (i === j ? 1 : of(Math.min(i, j), Math.max(i, j)))));
  return {
    methods: methods.map(({ id }) => id),
    metrics: [
      { metric: 'spearman', values: matrix((i, j) => (i + j === 1 ? 0.62 : -0.18)) },
      {
        metric: 'topKOverlap',
        values: matrix((i, j) => (i + j === 1 ? 0.45 : null)),
        reason: 'a map that is the same everywhere has no strongest pixels',
      },
    ],
    failures: [],
  };
}
