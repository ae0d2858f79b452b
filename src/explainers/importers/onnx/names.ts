/** Provides names that nothing in the model has yet. */
export class Names {
  readonly #taken = new Set<string>();
  /** The next number for each hint, because a model of 100,000 nameless Adds must not take quadratic time. */
  readonly #next = new Map<string, number>();

  take(name: string): void {
    this.#taken.add(name);
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** `hint`, or `hint_2`, `hint_3` … */
  unique(hint: string): string {
    let name = hint;
    let count = this.#next.get(hint) ?? 2;
    while (this.#taken.has(name)) name = `${hint}_${count++}`;
    this.#next.set(hint, count);
    this.#taken.add(name);
    return name;
  }
}
