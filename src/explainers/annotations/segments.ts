import type { Size } from '../contracts/geometry.ts';

/** A PNG whose colours are the ids of segments. */
export interface SegmentsRequest {
  readonly bytes: Uint8Array;
  /** Null: unknown. */
  readonly size: Size | null;
  /** The ids that it may hold besides 0. */
  readonly ids: readonly number[];
}

/** The run lengths of each segment that has pixels. */
export interface SegmentRuns {
  readonly size: Size;
  readonly runs: ReadonlyMap<number, readonly number[]>;
}

/** Reads a picture of segments; null if it is not one of these. */
export type ReadSegments = (path: string, request: SegmentsRequest) => Promise<SegmentRuns | null>;
