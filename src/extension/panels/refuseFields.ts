import { ExplainError } from '../../explainers/errors.ts';
import { type Check, nothing, object } from './shapes.ts';

/** Throws `usage` for a request with any field: for pages whose requests have none. */
export const refuseFields = (method: string, params: unknown): void => checkFields({}, method, params);

/** Throws `usage` for a request in a form that the page's own code never sends. */
export function checkFields(fields: Readonly<Record<string, Check>>, method: string, params: unknown): void {
  if (object(fields)(params) !== nothing) return;
  throw new ExplainError({
    kind: 'usage',
    message: `The page sent a request in an unknown form ('${method}').`,
    subject: method,
    next: 'Close it and open it again.',
  });
}
