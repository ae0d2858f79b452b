import type { CropPicture } from '../../explainers/contracts/labels/crops.ts';

/** Pictures of a request, and requests at a time: as many as keep the decoder busy. */
const TOGETHER = 16;
const AT_ONCE = 3;
/** Pictures that are kept, a few kilobytes each: more than a person scrolls through in one go. */
const KEPT = 6000;

/** The pictures of the tiles, requested when they come near, the ones in view first. */
export class Pictures {
  readonly #get: (at: readonly number[]) => Promise<readonly (CropPicture | null)[]>;
  readonly #urls = new Map<number, string | null>();
  readonly #asked = new Set<number>();
  #running = 0;
  #wanted: readonly number[] = [];
  #changed: () => void = () => {};

  constructor(get: (at: readonly number[]) => Promise<readonly (CropPicture | null)[]>) {
    this.#get = get;
  }

  /** How many have arrived and are kept. */
  get size(): number {
    return this.#urls.size;
  }

  /** Undefined: not yet; null: it cannot be shown. */
  url(at: number): string | null | undefined {
    return this.#urls.get(at);
  }

  /** @param wanted the tiles in view, then those around them */
  want(wanted: readonly number[], changed: () => void): void {
    this.#wanted = wanted;
    this.#changed = changed;
    this.#next();
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const batch: number[] = [];
      for (const at of this.#wanted) {
        if (this.#urls.has(at) || this.#asked.has(at)) continue;
        if (batch.push(at) === TOGETHER) break;
      }
      if (batch.length === 0) return;
      for (const at of batch) this.#asked.add(at);
      this.#running++;
      void this.#get(batch).then(
        (pictures) => this.#arrived(batch, pictures),
        () => this.#arrived(batch, []),
      );
    }
  }

  #arrived(batch: readonly number[], pictures: readonly (CropPicture | null)[]): void {
    this.#running--;
    for (const [i, at] of batch.entries()) {
      const { bytes, mime } = pictures[i] ?? {};
      this.#asked.delete(at);
      const blob = bytes && new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mime });
      this.#urls.set(at, blob ? URL.createObjectURL(blob) : null);
      if (this.#urls.size > KEPT) this.#forget();
    }
    this.#changed();
    this.#next();
  }

  /** The oldest one that is not wanted now. */
  #forget(): void {
    const wanted = new Set(this.#wanted);
    for (const [at, url] of this.#urls) {
      if (wanted.has(at)) continue;
      if (url) URL.revokeObjectURL(url);
      this.#urls.delete(at);
      return;
    }
  }
}
