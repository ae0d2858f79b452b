import { valueBytes } from '../../graph/liveBytes.ts';
import { greatest } from '../../lists.ts';
import type { ExplainableModel } from '../../method/method.ts';
import { lanesFor, type Runs, weightsOfLane } from '../../perturbation/lanes.ts';

export interface PathSize {
  /** Points in all. */
  readonly count: number;
  /** The most points that one run could take if memory were unlimited. */
  readonly together: number;
  /** Classes in one run. */
  readonly classes: number;
  /** Bytes that all simultaneous runs may take. */
  readonly bound: number;
  /** The largest number of simultaneous runs of the engine. */
  readonly lanes: number;
}

/**
 * An engine may compute a layer differently for a single image, but the same seed must give the same bytes under any
 * limit.
 */
const LEAST_BATCH = 2;
/** Points in all simultaneous runs. */
const MOST_POINTS = 16;

/**
 * As many simultaneous runs as fit in memory, and then as many points in each. DenseNet121 on two cores takes a tenth
 * less time per point in two runs of 2 points than in one of 5 points on both cores, and no less in two of 5.
 */
export function pathRuns(model: ExplainableModel, { count, together, classes, bound, lanes: most }: PathSize): Runs {
  const sizes = valueBytes(model.graph);
  const kept = sizes.reduce((sum, size) => sum + size, 0);
  // A backward pass keeps every activation, and some gradients per class.
  const point = Math.max(1, kept + 4 * classes * Math.max(0, greatest(sizes)));
  const runs = Math.ceil(count / LEAST_BATCH);
  const lanes = lanesFor(model.graph, { most, runs, work: 2 * count * kept, run: LEAST_BATCH * point, bound });
  const room = lanes === 1 ? bound : bound / lanes - weightsOfLane(model.graph);
  const fitting = Math.min(Math.floor(room / point), Math.floor(MOST_POINTS / lanes));
  const wanted = Math.min(Math.max(LEAST_BATCH, count), Math.max(LEAST_BATCH, fitting));
  return { batch: evenBatch(together, wanted, lanes), lanes };
}

/** Among the batch sizes from half the largest on, the one with the fewest wasted points when all lanes are done. */
function evenBatch(count: number, largest: number, lanes: number): number {
  let best = largest;
  const total = (batch: number) => Math.ceil(count / batch / lanes) * batch;
  for (let batch = largest; batch >= Math.max(LEAST_BATCH, largest / 2); batch--)
    if (total(batch) < total(best)) best = batch;
  return best;
}
