import type { Progress } from './results.ts';

/** What a caller may give along with any request. */
export interface Call {
  /** Stops the request between two runs of the model: it then throws `cancelled`. */
  readonly signal?: AbortSignal;
  /** Ends a map that is still being refined, and gives it as it is. */
  readonly stop?: AbortSignal;
  /** Milliseconds that one of many images may take before it is left out; kept only by a session in a process of its own. */
  readonly imageLimit?: number;
  readonly onProgress?: (progress: Progress) => void;
}
