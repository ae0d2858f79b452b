import type { Graph } from '../graph/graph.ts';
import { weightBytes } from '../graph/weightBytes.ts';

/** Threads of their own take a tenth of a second to set up: below so many bytes of activations in all that is not made good. */
const WORTH = 2 ** 31;
/** Each lane holds the weights for itself, as they are and packed for each way through the model. */
const COPIES = 3;

/** How images or points are dealt out to runs of the engine. */
export interface Runs {
  /** How many share a run. */
  readonly batch: number;
  /** Runs at the same time. */
  readonly lanes: number;
}

export interface LaneSize {
  /** The most runs that the engine makes at the same time, one per core. */
  readonly most: number;
  /** Runs in all. */
  readonly runs: number;
  /** Bytes of all activations of all runs. */
  readonly work: number;
  /** Bytes that one run takes. */
  readonly run: number;
  /** Bytes that all runs at the same time may take. */
  readonly bound: number;
}

/** How many runs of a model to make at the same time: as many as there is work and memory for, all with the same part of the cores. */
export function lanesFor(graph: Graph, { most, runs, work, run, bound }: LaneSize): number {
  if (most === 1 || work < WORTH) return 1;
  const room = Math.min(most, runs, Math.floor(bound / (weightsOfLane(graph) + run)));
  for (let lanes = room; lanes > 1; lanes--) if (most % lanes === 0) return lanes;
  return 1;
}

/** Bytes of weights that a lane holds. */
export const weightsOfLane = (graph: Graph): number => COPIES * weightBytes(graph);
