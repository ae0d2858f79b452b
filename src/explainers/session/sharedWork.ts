import { ExplainError, throwIfCancelled } from '../errors.ts';

/** Work that several requests wait for. It is ended when each of them has been cancelled. */
export class SharedWork<T> {
  readonly #end = new AbortController();
  readonly #result: Promise<T>;
  readonly #lost: () => void;
  #settled = false;
  #waiting = 0;

  /** @param lost called when there will be no result, because the work failed or nobody waits for it any more */
  constructor(start: (ended: AbortSignal) => Promise<T>, lost: () => void) {
    this.#lost = lost;
    this.#result = start(this.#end.signal);
    this.#result.then(
      () => this.#settle(),
      () => this.#settle() && lost(),
    );
  }

  /** The result; `cancelled` as soon as the signal fires. */
  async wait(signal?: AbortSignal): Promise<T> {
    throwIfCancelled(signal);
    this.#waiting++;
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(new ExplainError({ kind: 'cancelled', message: 'Stopped.' }));
    });
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
      this.#waiting--;
      if (this.#waiting === 0 && signal?.aborted && this.#settle()) {
        this.#end.abort();
        this.#lost();
      }
    }
  }

  /** False if it had been settled before. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    return true;
  }
}
