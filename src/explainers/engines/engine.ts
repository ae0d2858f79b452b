import type { EngineInfo } from '../contracts/device.ts';
import type { Graph } from '../graph/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface RunOptions {
  readonly signal?: AbortSignal;
}

/** A compiled graph. Inputs and outputs by name. */
export interface Executable {
  /** How many runs can be in progress at the same time, if a caller starts the next before the last has ended. */
  readonly lanes: number;
  /**
   * A tensor that was passed in does not change afterwards; if the same one is passed again, it is not read again.
   * Feeds of inputs that the graph does not have are left out.
   */
  run(feeds: ReadonlyMap<string, Tensor>, options?: RunOptions): Promise<ReadonlyMap<string, Tensor>>;
  dispose(): Promise<void>;
}

export interface CompileOptions {
  /**
   * For a graph that runs many times: how many runs should be in progress at the same time, each with its part of the
   * cores. The results then do not depend on how many images share a run, at the cost of more memory. Absent: it runs
   * once.
   */
  readonly lanes?: number;
}

/** Compiles graphs for one runtime. Methods know a runtime only through this interface. */
export interface Engine {
  readonly info: EngineInfo;
  /** The largest number of simultaneous runs of one graph. */
  readonly lanes: number;
  /** Roughly how many bytes of weights a compiled graph holds. */
  holds(graph: Graph, options?: CompileOptions): number;
  /** Throws `engine` with the operator's name if the runtime does not have it. */
  compile(graph: Graph, options?: CompileOptions): Promise<Executable>;
  dispose(): Promise<void>;
}
