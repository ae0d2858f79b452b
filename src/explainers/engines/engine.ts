import type { EngineInfo } from '../contracts/device.ts';
import type { Graph } from '../graph/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface RunOptions {
  readonly signal?: AbortSignal;
}

/** A compiled graph. Inputs and outputs by name. */
export interface Executable {
  /** How many runs go on at the same time, where a caller asks for the next before it has the last. */
  readonly lanes: number;
  /** A tensor that was handed over does not change afterwards: one that comes again is not read again. */
  run(feeds: ReadonlyMap<string, Tensor>, options?: RunOptions): Promise<ReadonlyMap<string, Tensor>>;
  dispose(): Promise<void>;
}

export interface CompileOptions {
  /**
   * Of a graph that runs many times: how many runs shall go on at the same time, each with its part of the cores. What comes out then
   * does not depend on how many images share a run, though more memory may be taken. Absent: it runs once.
   */
  readonly lanes?: number;
}

/** Compiles graphs for one runtime. The only interface that methods see of it. */
export interface Engine {
  readonly info: EngineInfo;
  /** The most runs of one graph that it makes at the same time. */
  readonly lanes: number;
  /** About how many bytes of weights a compiled graph holds. */
  holds(graph: Graph, options?: CompileOptions): number;
  /** Throws `engine` with the operator's name where the runtime lacks it. */
  compile(graph: Graph, options?: CompileOptions): Promise<Executable>;
  dispose(): Promise<void>;
}
