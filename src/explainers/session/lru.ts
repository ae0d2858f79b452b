/**
 * Keeps what was used last, up to a bound; what falls out is handed to `drop`. Values may be promises: failed ones are
 * forgotten. The bound is a number of values, or of bytes where `weigh` says what a value takes: one that is larger by
 * itself is not kept.
 */
export class Lru<V> {
  readonly #limit: number;
  readonly #drop: (value: V) => void;
  readonly #weigh: (value: V) => number;
  readonly #entries = new Map<string, V>();
  #weight = 0;

  constructor(limit: number, drop: (value: V) => void = () => {}, weigh: (value: V) => number = () => 1) {
    this.#limit = limit;
    this.#drop = drop;
    this.#weigh = weigh;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** The value kept under the key, or the result of `make`. */
  getOr(key: string, make: () => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.set(key, value);
    if (value instanceof Promise) value.catch(() => this.#entries.get(key) === value && this.#forget(key, value));
    return value;
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#weight += this.#weigh(value);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#limit) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#forget(key, value);
    this.#drop(value);
  }

  #forget(key: string, value: V): void {
    this.#entries.delete(key);
    this.#weight -= this.#weigh(value);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }
}
