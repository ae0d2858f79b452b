import type { Executable } from '../engines/engine.ts';

/** How many runs to start at the same time: one more than there are lanes, so that no lane waits for its next run. */
export const runsAhead = ({ lanes }: Executable): number => (lanes === 1 ? 1 : lanes + 1);
