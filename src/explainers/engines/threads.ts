import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { ExplainError } from '../errors.ts';

/** More threads than any machine has cores only wait for each other; a run with 2000 of them never ends. */
const MOST_THREADS = 256;

/** Throws `usage` for an unreasonable number of threads. */
export function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) return;
  throw new ExplainError({
    kind: 'usage',
    message: `A model can use 1 to ${MOST_THREADS} threads, not ${threads}.`,
    subject: 'threads',
    next: 'Leave out --threads (in VS Code set saliencyLens.threads to 0) to use as many as there are physical cores.',
  });
}

/**
 * The number of threads of one run: the physical cores that this process may use. Two threads on one core's two
 * hardware threads are slower than one for convolutions.
 */
export function defaultThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), physicalCores()));
}

function physicalCores(): number {
  if (process.platform === 'linux') return linuxCores() ?? cpus().length;
  // Apple's processors have one thread per core; on Windows, processors with four or more threads usually have two per
  // core.
  return process.platform === 'win32' && cpus().length >= 4 ? Math.ceil(cpus().length / 2) : cpus().length;
}

function linuxCores(): number | undefined {
  try {
    const text = readFileSync('/proc/cpuinfo', 'latin1');
    const cores = new Set<string>();
    let socket = '0';
    for (const line of text.split('\n')) {
      if (line.startsWith('physical id')) socket = line;
      if (line.startsWith('core id')) cores.add(`${socket} ${line}`);
    }
    return cores.size || undefined;
  } catch {
    return undefined;
  }
}
