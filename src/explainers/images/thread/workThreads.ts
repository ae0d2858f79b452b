import { Worker } from 'node:worker_threads';
import { type ErrorReport, ExplainError, throwIfCancelled } from '../../errors.ts';

/** The messages of a thread's program for one task, in this order: begun, parts, and one of the others. */
export type ThreadMessage =
  | { readonly begun: true }
  | { readonly part: unknown }
  | { readonly answer: unknown }
  | { readonly refused: ErrorReport }
  | { readonly failed: string; readonly stack?: string };

export interface Task {
  readonly name: string;
  readonly request: unknown;
  /** The memory that is moved to the thread and not copied. */
  readonly moved?: readonly ArrayBuffer[];
  /** Milliseconds of computing, after which the thread is ended. */
  readonly limit: number;
  /** The error if it takes longer. */
  readonly tooSlow: () => Error;
  /** Ends the thread in the middle of its work. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each part of the answer; the next one is sent after it returns. */
  readonly part?: (part: unknown) => void;
}

/**
 * Threads with one program that does one task at a time. At most `most` run at once; further tasks wait for their turn.
 * One thread is kept for the next task, because starting one takes 30 ms. It does not keep the process alive.
 */
export class WorkThreads {
  readonly #program: string;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #idle: Worker | undefined;

  constructor(program: string, most: number) {
    this.#program = program;
    this.#most = most;
  }

  /** @throws ExplainError what the program refuses, `tooSlow`, or `cancelled` */
  async run(task: Task): Promise<unknown> {
    throwIfCancelled(task.signal);
    await this.#turn(task.signal);
    try {
      return await this.#compute(task);
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        signal?.removeEventListener('abort', leave);
        this.#busy++;
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(cancelled());
      };
      if (this.#busy < this.#most) return take();
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(take);
    });
  }

  #compute({ name, request, moved = [], limit, tooSlow, signal, part }: Task): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const worker = this.#thread();
      let clock: NodeJS.Timeout | undefined;
      const end = (settle: () => void, reusable: boolean) => {
        clearTimeout(clock);
        signal?.removeEventListener('abort', cancel);
        worker.removeAllListeners();
        if (reusable) this.#putBack(worker);
        else drop(worker);
        settle();
      };
      const cancel = () => end(() => reject(cancelled()), false);
      signal?.addEventListener('abort', cancel, { once: true });
      worker.removeAllListeners();
      worker.ref();
      worker.on('message', (message: ThreadMessage) => {
        // On a busy machine the thread may wait long for its first turn, which does not count.
        if ('begun' in message) clock = setTimeout(() => end(() => reject(tooSlow()), false), limit);
        else if ('part' in message) {
          clearTimeout(clock);
          part?.(message.part);
          worker.postMessage('more');
        } else if ('answer' in message) end(() => resolve(message.answer), true);
        else if ('refused' in message) end(() => reject(new ExplainError(message.refused)), true);
        else
          end(() => reject(Object.assign(new Error(message.failed), message.stack && { stack: message.stack })), true);
      });
      worker.on('error', (thrown) => end(() => reject(thrown), false));
      worker.on('exit', () => end(() => reject(new Error('the thread ended without a result')), false));
      try {
        worker.postMessage({ name, request }, moved);
      } catch (thrown) {
        end(() => reject(thrown), true);
      }
    });
  }

  #thread(): Worker {
    const found = this.#idle ?? new Worker(this.#program, { eval: true });
    this.#idle = undefined;
    return found;
  }

  #putBack(worker: Worker): void {
    if (this.#idle) {
      drop(worker);
      return;
    }
    worker.removeAllListeners();
    // A thread that ends while it waits is not used for the next task.
    worker.on('error', () => {});
    worker.once('exit', () => {
      if (this.#idle === worker) this.#idle = undefined;
    });
    worker.unref();
    this.#idle = worker;
  }
}

function drop(worker: Worker): void {
  worker.on('error', () => {});
  void worker.terminate();
}

function cancelled(): ExplainError {
  return new ExplainError({ kind: 'cancelled', message: 'Stopped.' });
}
