import type { ExplainerSide } from '../protocol/messages.ts';
import type { SessionOptions } from '../session/options.ts';
import { Session } from '../session.ts';
import { answersOf } from './answers.ts';
import type { ParentSide } from './explainerProcess.ts';
import { serveParent } from './serveParent.ts';

/** The argument that makes a program hold a session for its parent; the options follow, as JSON. */
export const SERVE = '--hold-session';

/** Holds a session for the parent process until that exits. */
export function serveSession(options: SessionOptions): void {
  // Ctrl-C goes to all processes of a terminal, so the parent decides.
  process.on('SIGINT', () => {});
  serveParent<ExplainerSide, ParentSide>(answersOf(new Session(options)));
}
