import type { Handlers, RequestContext } from '../protocol/endpoint.ts';
import type { SessionOptions } from '../session/options.ts';
import { Session } from '../session.ts';
import type { ParentSide } from './explainerProcess.ts';
import { serveParent } from './serveParent.ts';
import { REMOTE, type SessionSide } from './sessionSide.ts';

/** The argument that makes a program hold a session for its parent; the options follow, as JSON. */
export const SERVE = '--hold-session';

/** Holds a session for the parent process until that goes. */
export function serveSession(options: SessionOptions): void {
  // Ctrl-C goes to all processes of a terminal: the parent decides.
  process.on('SIGINT', () => {});
  const session = new Session(options);
  const handlers = REMOTE.map((method) => {
    const answer = session[method].bind(session) as (request: unknown, call: object) => unknown;
    const asked = (request: unknown, { signal, stop, progress }: RequestContext) =>
      answer(request, { signal, stop, onProgress: progress });
    return [method, asked] as const;
  });
  serveParent<SessionSide, ParentSide>(Object.fromEntries(handlers) as unknown as Handlers<SessionSide>['requests']);
}
