import type { Progress } from './results.ts';

/** What a caller may give along with any request. */
export interface Call {
  /** Stops the request between two runs of the model: it then throws `cancelled`. */
  readonly signal?: AbortSignal;
  /** Ends a map that is still being refined, and gives it as it is. */
  readonly stop?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}
