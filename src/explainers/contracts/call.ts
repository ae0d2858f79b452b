import type { Progress } from './results.ts';

/** What a caller may pass with any request. */
export interface Call {
  /** Stops the request between two runs of the model; it then throws `cancelled`. */
  readonly signal?: AbortSignal;
  /** Ends the refinement of a map early and returns the map so far. */
  readonly stop?: AbortSignal;
  /**
   * Milliseconds that one of many images may take before it is left out; kept only by a session in a process of its
   * own.
   */
  readonly imageLimit?: number;
  readonly onProgress?: (progress: Progress) => void;
}
