import type { ErrorReport } from '../errors.ts';

/** What an error happened to where a process of explainers ended before it had answered. */
export const EXPLAINER_PROCESS = 'explainer process';

/** Whether an error is the end of an explainer process, and nothing that a session itself reports. */
export const isProcessEnd = ({ subject }: ErrorReport): boolean => subject === EXPLAINER_PROCESS;
