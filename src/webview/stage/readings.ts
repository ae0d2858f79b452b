/** Values that the stage reports many times a second: the position of the pointer, and the zoom. */
export class Readings {
  /** `point`: in pixels of the image; null: outside any image. `zoom`: null before there is an image. */
  now: {
    readonly point: readonly [x: number, y: number] | null;
    readonly zoom: number | null;
    readonly fitted: boolean;
  } = { point: null, zoom: null, fitted: true };
  readonly #listeners = new Set<() => void>();

  set(change: Partial<Readings['now']>): void {
    this.now = { ...this.now, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** @returns ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
