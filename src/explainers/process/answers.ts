import type { Handlers, RequestContext } from '../protocol/endpoint.ts';
import type { ExplainerSide } from '../protocol/messages.ts';
import { REQUEST_NAMES } from '../protocol/requests.ts';
import type { Session } from '../session.ts';

/**
 * The answers of a process that holds a session: every request of the table, each by the session's method of that name.
 */
export function answersOf(session: Session): Handlers<ExplainerSide>['requests'] {
  const handlers = REQUEST_NAMES.map((method) => {
    const answer = session[method].bind(session) as (request: unknown, call: object) => unknown;
    const asked = (request: unknown, { signal, stop, progress }: RequestContext) =>
      answer(request, { signal, stop, onProgress: progress });
    return [method, asked] as const;
  });
  return Object.fromEntries(handlers) as unknown as Handlers<ExplainerSide>['requests'];
}
