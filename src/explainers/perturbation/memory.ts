import type { Layer } from '../contracts/layer.ts';
import type { Graph } from '../graph/graph.ts';
import { liveBytes, valueBytes } from '../graph/liveBytes.ts';
import { least } from '../lists.ts';
import type { ExplainableModel } from '../method/method.ts';
import { lanesFor, type Runs } from './lanes.ts';

/** Bytes that the images of all runs at the same time may take, where the user set no bound. */
export const BATCH_MEMORY = 2 ** 30;
/**
 * DenseNet121 on two cores takes 18, 15.4 and 15.6 ms per image at 2, 4 and 8. Larger ones cost memory, and the time until a
 * cancel is heard.
 */
const POWERS: readonly number[] = [4, 2];
/** The tokens of two images are rows enough for a product: ViT-B/16 takes as long per image at 2 as at 4, and 50 MiB less. */
const OF_TOKENS: readonly number[] = [2];

/** Sizes of a batch to choose from, the best first. */
const batchSizes = (layers: readonly Layer[]): readonly number[] =>
  layers.some(({ layout }) => layout?.kind === 'tokens') ? OF_TOKENS : POWERS;

export interface MaskedSize {
  /** About how many images there will be; absent: few. */
  readonly count?: number;
  /** Sizes of a batch to choose from, the best first; absent: those of the model's kind. */
  readonly batches?: readonly number[];
}

/**
 * As many images in a run as are worth it, and as many runs at the same time as find room in memory.
 * @param most runs that the engine makes at the same time
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
 * The best size of which images of so many bytes each fit. At least two: an engine may take another way through a layer for one
 * image alone, and the same seed shall give the same bytes under any bound.
 */
const fitting = (sizes: readonly number[], image: number, bound: number): number =>
  sizes.find((size) => size <= bound / Math.max(1, image)) ?? least(sizes);
