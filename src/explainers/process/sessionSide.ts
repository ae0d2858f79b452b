import type { Session } from '../session.ts';

/**
 * The methods of a session that read files or run a model, which go to the process. The rest is tables and arithmetic.
 */
export const REMOTE = [
  'describe',
  'compile',
  'display',
  'predict',
  'annotations',
  'annotationFiles',
  'explain',
  'agreements',
  'checkLabels',
  'assess',
  'compareMethods',
  'resolve',
  'inferredCard',
  'overlay',
  'bestSuperpixels',
] as const satisfies readonly (keyof Session)[];

export type Remote = (typeof REMOTE)[number];

/** A process that holds a session for its parent. */
export interface SessionSide {
  readonly requests: Pick<Session, Remote>;
  readonly notifications: Record<never, never>;
}
