import type { Agreement, Heatmap } from '../../contracts/results.ts';
import { TUNED_OVER, tuneThreshold } from '../../metrics/tuning.ts';
import type { TunedClass } from '../results/thresholdTable.ts';

/** The scores of one image's maps at each threshold, for the metrics that depend on it. */
export interface Sweep {
  readonly maps: readonly Pick<Heatmap, 'method' | 'index' | 'label'>[];
  /** One list per threshold of {@link TUNED_OVER}. */
  readonly agreements: readonly (readonly Agreement[])[];
}

/** For each method and class, the threshold with the highest mean IoU over the images of a run. */
export function tuneRun(sweeps: readonly Sweep[]): TunedClass[] {
  const classes = new Map<string, Pick<Heatmap, 'method' | 'index' | 'label'>>();
  const ious = new Map<string, (number | null)[][]>();
  for (const { maps, agreements } of sweeps) {
    for (const map of maps) {
      const key = `${map.method} ${map.index}`;
      classes.set(key, map);
      // If readers are compared separately, each counts as an image of its own.
      const lists = agreements.map((list) => list.filter((each) => isOf(map, each) && each.metric === 'iou'));
      const own = lists[0]!.map((_, reader) => lists.map((list) => list[reader]!.value));
      ious.set(key, [...(ious.get(key) ?? []), ...own]);
    }
  }
  return [...classes].flatMap(([key, { method, index, label }]) => {
    const best = tuneThreshold(ious.get(key)!);
    return best ? [{ method, index, label, ...best }] : [];
  });
}

/**
 * One image's numbers, with those that depend on a threshold taken at the tuned one; a class without one keeps its own.
 */
export function atTuned(agreement: readonly Agreement[], sweep: Sweep, tuned: readonly TunedClass[]): Agreement[] {
  return agreement.map((each) => {
    const own = tuned.find((one) => isOf(one, each));
    const list = own && sweep.agreements[TUNED_OVER.indexOf(own.threshold)];
    return list?.find((one) => isOf(one, each) && one.metric === each.metric && one.reader === each.reader) ?? each;
  });
}

const isOf = (a: Pick<Heatmap, 'method' | 'index'>, b: Pick<Heatmap, 'method' | 'index'>) =>
  a.method === b.method && a.index === b.index;
