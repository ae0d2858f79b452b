import { ExplainError } from '../errors.ts';
import { type Ended, runProgram } from '../programs/runProgram.ts';

export type { Ended } from '../programs/runProgram.ts';

/** A line of the script's standard output. */
export type Line = Readonly<Record<string, unknown>>;

export interface Run {
  readonly python: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly onLine: (line: Line) => void;
}

/**
 * Runs Python until it ends. At the time limit or a cancel it is killed, with everything that it started; it also ends
 * if this process does, because it holds the other end of its standard input.
 * @throws ExplainError `usage` if there is no such interpreter, `engine` at the time limit, `cancelled`
 */
export async function runPython({ python, args, folder, seconds, signal, onLine }: Run): Promise<Ended> {
  const ended = await runProgram({
    program: python,
    args,
    folder,
    env: { PYTHONUNBUFFERED: '1', PYTHONUTF8: '1' },
    seconds,
    signal,
    onLine: (text) => {
      const line = parsed(text);
      if (line) onLine(line);
    },
  }).catch((thrown: unknown) => {
    throw thrown instanceof ExplainError ? thrown : notStarted(python, thrown as Error);
  });
  if (!ended.late) return ended;
  throw new ExplainError({
    kind: 'engine',
    message: `Python took longer than ${seconds} s, so it was stopped.`,
    subject: python,
    next: 'Allow more time (--timeout SECONDS, or the setting saliencyLens.import.seconds), or import a smaller model.',
  });
}

function parsed(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined; // some interpreters print lines of their own
  }
}

function notStarted(python: string, cause: Error): ExplainError {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new ExplainError(
    {
      kind: 'usage',
      message: missing
        ? `There is no Python interpreter '${python}'.`
        : `'${python}' does not start: ${cause.message}.`,
      subject: python,
      next: 'Choose an interpreter in the Python extension, in the setting saliencyLens.import.python, or with --python PATH.',
    },
    { cause },
  );
}
