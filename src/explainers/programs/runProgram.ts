import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { throwIfCancelled } from '../errors.ts';

export interface Program {
  /** A path, or a name on the PATH. */
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** In addition to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** After this long it is killed; absent: never. */
  readonly seconds?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
}

/** How much of what a program printed is kept. */
const KEPT = 8192;

export interface Ended {
  /** The exit code; null: a signal ended it. */
  readonly code: number | null;
  /** The end of what it wrote to standard error. */
  readonly printed: string;
  /** It was killed at the time limit. */
  readonly late: boolean;
}

/**
 * Runs a program until it ends. At the time limit or a cancel it is killed, with everything that it started; its
 * standard input ends when this process does.
 * @throws the system's error if it does not start; ExplainError `cancelled`
 */
export async function runProgram({ program, args, folder, env, seconds, signal, onLine }: Program): Promise<Ended> {
  throwIfCancelled(signal);
  const { ELECTRON_RUN_AS_NODE: _, ...own } = process.env;
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...own, ...env },
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
  lines.on('line', (text) => onLine?.(text));
  let late = false;
  const stop = () => killTree(child);
  const clock =
    seconds === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          stop();
        }, 1000 * seconds);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    throwIfCancelled(signal);
    return { code, printed, late };
  } finally {
    clearTimeout(clock);
    signal?.removeEventListener('abort', stop);
    // What it started may still run.
    stop();
  }
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
