import fc from 'fast-check';
import type { ResultRow } from '../../../src/explainers/contracts/evaluation.ts';
import type { ResultMetrics } from '../../../src/explainers/evaluation/columns.ts';

export const METRICS: ResultMetrics = {
  agreement: ['iou', 'coverage'],
  assessment: ['deletion'],
  comparison: ['spearman', 'topKOverlap'],
};

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '__proto__', 'a,b\n"c"', '🫁 Opacity'));
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });

/** Any row of results. */
export const anyRow: fc.Arbitrary<ResultRow> = fc.record({
  image: text,
  index: fc.nat(2 ** 31 - 1),
  label: text,
  logit: number,
  score: number,
  predicted: fc.boolean(),
  state: fc.constantFrom('drawn', 'present', 'absent', 'uncertain', 'unknown'),
  subset: fc.constantFrom('single', 'several', null),
  method: fc.constantFrom('gradCam', 'lime'),
  agreement: fc.record(
    Object.fromEntries(
      METRICS.agreement.map((id) => [
        id,
        fc.record({ value: orNull(number), reason: orNull(text), whole: orNull(number), random: orNull(number) }),
      ]),
    ),
    { requiredKeys: [] },
  ) as fc.Arbitrary<ResultRow['agreement']>,
  assessment: fc.record(
    { deletion: fc.record({ value: orNull(number), reason: orNull(text), moved: orNull(number) }) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<ResultRow['assessment']>,
  readers: orNull(fc.record({ count: fc.nat(9), drew: fc.nat(9), iou: number })),
  error: orNull(text),
});
