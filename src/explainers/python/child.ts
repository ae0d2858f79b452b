import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ExplainError, throwIfCancelled } from '../errors.ts';

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

/** How much of what Python printed is kept. */
const KEPT = 8192;

export interface Ended {
  /** The exit code; null: a signal ended it. */
  readonly code: number | null;
  /** The end of what it wrote to standard error. */
  readonly printed: string;
}

/**
 * Runs Python until it ends. At the time limit or a cancel it is killed, with everything that it started; it also ends
 * if this process does, because it holds the other end of its standard input.
 * @throws ExplainError `usage` if there is no such interpreter, `engine` at the time limit, `cancelled`
 */
export async function runPython({ python, args, folder, seconds, signal, onLine }: Run): Promise<Ended> {
  throwIfCancelled(signal);
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = spawn(python, args, {
    cwd: folder,
    env: { ...env, PYTHONUNBUFFERED: '1', PYTHONUTF8: '1' },
    // A group of its own, which is killed as a whole.
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {}); // it may end before it reads
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-KEPT);
  });
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (text) => {
    const line = parsed(text);
    if (line) onLine(line);
  });
  let late = false;
  const stop = () => killTree(child);
  const clock = setTimeout(() => {
    late = true;
    stop();
  }, 1000 * seconds);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (cause) => reject(notStarted(python, cause)));
      child.on('close', resolve);
    });
    throwIfCancelled(signal);
    if (late) {
      throw new ExplainError({
        kind: 'engine',
        message: `Python took longer than ${seconds} s, so it was stopped.`,
        subject: python,
        next: 'Allow more time (--timeout SECONDS, or the setting saliencyLens.import.seconds), or import a smaller model.',
      });
    }
    return { code, printed };
  } finally {
    clearTimeout(clock);
    signal?.removeEventListener('abort', stop);
    // What it started may still run.
    stop();
  }
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

/** Ends a process and everything that it started. */
function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    if (child.exitCode === null) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group has ended.
  }
}
