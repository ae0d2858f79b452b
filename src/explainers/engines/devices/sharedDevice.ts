import { ExplainError } from '../../errors.ts';

/**
 * The longest time of one run, in milliseconds, before the device counts as lost. The first run compiles the device's
 * programs.
 */
const PATIENCE = 300_000;

/**
 * A device shared by all sessions of a process: one run at a time, because two at once kill the process on WebGPU and
 * DirectML; once lost, it is lost for all of them.
 */
export class SharedDevice {
  readonly #patience: number;
  #last: Promise<unknown> = Promise.resolve();
  #lost: string | undefined;

  constructor(patience: number = PATIENCE) {
    this.#patience = patience;
  }

  /** Why it is no longer used; undefined: it is in use. */
  get lost(): string | undefined {
    return this.#lost;
  }

  lose(reason: string): void {
    this.#lost ??= reason;
  }

  /** Runs after everything requested before. Throws `engine` if it takes so long that no answer will come. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(() => this.#timed(work));
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    if (this.#lost !== undefined) throw deviceLost(this.#lost);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.lose(`a run gave no answer within ${Math.round(this.#patience / 1000)} s`);
        reject(deviceLost(this.#lost!));
      }, this.#patience);
      timer.unref();
    });
    const running = work();
    running.catch(() => {});
    try {
      return await Promise.race([running, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function deviceLost(reason: string): ExplainError {
  return new ExplainError({
    kind: 'engine',
    message: `The device was lost: ${reason}.`,
    subject: 'device',
    next: 'Use the CPU, or restart the program once the device works again.',
  });
}
