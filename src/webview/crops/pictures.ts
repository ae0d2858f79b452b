import type { CropPicture } from '../../explainers/contracts/crops.ts';

/** Requests at a time: as many as keep the decoder busy. */
const AT_ONCE = 16;
/** Pictures that are kept, a few kilobytes each: more than a person scrolls through in one go. */
const KEPT = 6000;

/** The pictures of the tiles, requested when they come near, the ones in view first. */
export class Pictures {
  readonly #get: (at: number) => Promise<CropPicture | null>;
  readonly #urls = new Map<number, string | null>();
  readonly #asked = new Set<number>();
  #wanted: readonly number[] = [];
  #changed: () => void = () => {};

  constructor(get: (at: number) => Promise<CropPicture | null>) {
    this.#get = get;
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
    for (const at of this.#wanted) {
      if (this.#asked.size >= AT_ONCE) return;
      if (this.#urls.has(at) || this.#asked.has(at)) continue;
      this.#asked.add(at);
      void this.#get(at).then(
        (picture) => this.#arrived(at, picture),
        () => this.#arrived(at, null),
      );
    }
  }

  #arrived(at: number, picture: CropPicture | null): void {
    this.#asked.delete(at);
    const { bytes, mime } = picture ?? {};
    this.#urls.set(
      at,
      bytes ? URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mime })) : null,
    );
    if (this.#urls.size > KEPT) this.#forget();
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
