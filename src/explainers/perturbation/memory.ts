import type { Layer } from '../contracts/layer.ts';
import type { Graph } from '../graph/graph.ts';
import { liveBytes, valueBytes } from '../graph/liveBytes.ts';
import { least } from '../lists.ts';
import type { ExplainableModel } from '../method/method.ts';
import { lanesFor, type Runs } from './lanes.ts';

/** Bytes that the images of all simultaneous runs may take if the user set no limit. */
export const BATCH_MEMORY = 2 ** 30;
/**
 * DenseNet121 on two cores takes 18, 15.4 and 15.6 ms per image at 2, 4 and 8. Larger batches cost memory and delay a
 * cancel.
 */
const POWERS: readonly number[] = [4, 2];
/**
 * The tokens of two images are enough rows for a product: ViT-B/16 takes as long per image at 2 as at 4, with 50 MiB
 * less.
 */
const OF_TOKENS: readonly number[] = [2];

/** Possible batch sizes, the best first. */
const batchSizes = (layers: readonly Layer[]): readonly number[] =>
  layers.some(({ layout }) => layout?.kind === 'tokens') ? OF_TOKENS : POWERS;

export interface MaskedSize {
  /** Roughly how many images there will be; absent: few. */
  readonly count?: number;
  /** Possible batch sizes, the best first; absent: those for the model's kind. */
  readonly batches?: readonly number[];
}

/**
 * As many images in a run as pay off, and as many simultaneous runs as fit in memory.
 * @param most the largest number of simultaneous runs of the engine
 */
export function maskedRuns(
  { graph, layers }: Pick<ExplainableModel, 'graph' | 'layers'>,
  { count = 0, batches = batchSizes(layers) }: MaskedSize,
  most: number,
  bound: number = BATCH_MEMORY,
): Runs {
  const image = liveBytes(graph)().bytes;
  const batch = fitting(batches, image, bound);
  const work = count * valueBytes(graph).reduce((sum, size) => sum + size, 0);
  const runs = Math.ceil(count / batch);
  return { batch, lanes: lanesFor(graph, { most, runs, work, run: batch * image, bound }) };
}

/** How many images fit into one run. */
export const batchSize = (graph: Graph, bound: number = BATCH_MEMORY): number =>
  fitting(POWERS, liveBytes(graph)().bytes, bound);

/**
 * The best batch size for images of so many bytes each. At least two, because an engine may compute a layer differently
 * for a single image, and the same seed must give the same bytes under any limit.
 */
const fitting = (sizes: readonly number[], image: number, bound: number): number =>
  sizes.find((size) => size <= bound / Math.max(1, image)) ?? least(sizes);
