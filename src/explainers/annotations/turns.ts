import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../errors.ts';
import type { Steps } from '../steps.ts';

/** Roughly the longest time that other work waits for its turn. */
const TURN_MILLISECONDS = 12;

/** Turns of work, with a pause for other work after each. Throws `cancelled`. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Lets other work run if this turn has been long. */
  async rest(): Promise<void> {
    throwIfCancelled(this.#signal);
    if (performance.now() - this.#since < TURN_MILLISECONDS) return;
    await setImmediate();
    throwIfCancelled(this.#signal);
    this.#since = performance.now();
  }

  async all<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await this.rest();
    }
  }
}
