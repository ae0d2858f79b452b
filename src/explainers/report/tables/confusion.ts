import type { ClassName } from '../../results/items.ts';
import type { Labelled } from '../../results/labelled.ts';

/** The model's decisions about a class against the annotation. */
export interface ConfusionRow extends ClassName {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  /** The annotation calls it uncertain or does not say. */
  readonly unlabelled: number;
  /** Null where there is nothing to divide by. */
  readonly sensitivity: number | null;
  readonly specificity: number | null;
  readonly precision: number | null;
  readonly f1: number | null;
}

export function confusionRows(labelled: Labelled): readonly ConfusionRow[] {
  const counts = labelled.classes.map(() => [0, 0, 0, 0, 0]);
  for (let i = 0; i < labelled.count; i++) {
    const of = counts[labelled.classOf[i]!]!;
    const truth = labelled.truth[i]!;
    of[truth < 0 ? 4 : truth * 2 + labelled.predicted[i]!]!++;
  }
  return labelled.classes.map(({ index, label }, i) => {
    const [trueNegatives, falsePositives, falseNegatives, truePositives, unlabelled] = counts[i] as Counts;
    return {
      ...{ index, label, truePositives, falsePositives, falseNegatives, trueNegatives, unlabelled },
      sensitivity: share(truePositives, truePositives + falseNegatives),
      specificity: share(trueNegatives, trueNegatives + falsePositives),
      precision: share(truePositives, truePositives + falsePositives),
      f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    };
  });
}

type Counts = [number, number, number, number, number];

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
