/** Keeps what was used last, up to a bound; what falls out is handed to `drop`. Values may be promises: failed ones are forgotten. */
export class Lru<V> {
  readonly #limit: number;
  readonly #drop: (value: V) => void;
  readonly #entries = new Map<string, V>();

  constructor(limit: number, drop: (value: V) => void = () => {}) {
    this.#limit = limit;
    this.#drop = drop;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** What is kept under the key, or what `make` makes. */
  getOr(key: string, make: () => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.set(key, value);
    if (value instanceof Promise) value.catch(() => this.#entries.get(key) === value && this.#entries.delete(key));
    return value;
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limit) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#drop(value);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }
}
