import type { UncertainPolicy } from '../../contracts/card.ts';

/** A file that may hold annotations. */
export interface Candidate {
  readonly path: string;
  /** The format named by its source. */
  readonly format?: string;
  /** As its source says. */
  readonly uncertain?: UncertainPolicy;
  /** For a folder per class of which only this image is asked: the paths that count, one a line. */
  readonly listing?: Uint8Array;
  /** If a person named the file, a failure to use it is a problem. Files found by searching are tried silently. */
  readonly named: boolean;
}
