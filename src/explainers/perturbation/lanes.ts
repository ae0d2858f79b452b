import type { Graph } from '../graph/graph.ts';
import { weightBytes } from '../graph/weightBytes.ts';

/**
 * Separate threads take a tenth of a second to set up, which does not pay off below this many bytes of activations in
 * total.
 */
const WORTH = 2 ** 31;
/** Each lane has its own copies of the weights: unchanged, and packed for each direction through the model. */
const COPIES = 3;

/** How images or points are distributed over runs of the engine. */
export interface Runs {
  /** How many share a run. */
  readonly batch: number;
  /** Simultaneous runs. */
  readonly lanes: number;
}

export interface LaneSize {
  /** The largest number of simultaneous runs of the engine, one per core. */
  readonly most: number;
  /** Runs in all. */
  readonly runs: number;
  /** Bytes of all activations of all runs. */
  readonly work: number;
  /** Bytes that one run takes. */
  readonly run: number;
  /** Bytes that all simultaneous runs may take. */
  readonly bound: number;
}

/**
 * How many runs of a model to make at the same time: as many as work and memory allow, each with an equal part of the
 * cores.
 */
export function lanesFor(graph: Graph, { most, runs, work, run, bound }: LaneSize): number {
  if (most === 1 || work < WORTH) return 1;
  const room = Math.min(most, runs, Math.floor(bound / (weightsOfLane(graph) + run)));
  for (let lanes = room; lanes > 1; lanes--) if (most % lanes === 0) return lanes;
  return 1;
}

/** Bytes of weights that a lane holds. */
export const weightsOfLane = (graph: Graph): number => COPIES * weightBytes(graph);
