import { ExplainError } from '../errors.ts';
import { Session } from '../session.ts';
import { written, writtenJson } from '../unseen.ts';
import type { Arguments, Flags } from './flags/flags.ts';
import { painted, plain } from './pages/style.ts';
import type { Door, Screen, Terminal } from './verb.ts';

/** Flags of every verb that returns results. */
export const OUTPUT_FLAGS: Flags = {
  json: { about: 'JSON Lines, even on a terminal' },
  text: { about: 'text for people, even if stdout is not a terminal' },
};

/** If a terminal does not report its width. */
const COLUMNS = 100;

/**
 * The last gate before the terminal: whatever names, labels and messages hold, no control character and no text
 * direction mark passes. JSON keeps the same data.
 */
export function doorOf(terminal: Terminal): Door {
  return {
    open: (options) => new Session(options),
    ...terminal,
    stdout: (text) => terminal.stdout(writtenJson(text)),
    stderr: (text) => terminal.stderr(plain(written(text, '\n\t'))),
    page: (text) => {
      const clean = written(text, '\n\t');
      terminal.stdout(terminal.screen?.colours ? painted(clean) : plain(clean));
    },
    progress: (text) =>
      terminal.stderr(`\r\u001b[K${text === null ? '' : plain(written(text, '\n\t')).replaceAll('\n', ' ')}`),
  };
}

/** How results are shown to a person; null: they are JSON Lines for a program. */
export function screenOf(args: Arguments, { screen, columns = COLUMNS }: Terminal): Screen | null {
  if (args.has('json') && args.has('text')) {
    throw new ExplainError({
      kind: 'usage',
      message: '--json and --text cannot be combined.',
      subject: '--json',
      next: 'Leave one of them out.',
    });
  }
  if (args.has('json')) return null;
  if (args.has('text')) return screen ?? { columns, colours: false };
  return screen ?? null;
}
