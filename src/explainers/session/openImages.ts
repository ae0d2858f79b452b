import { stat } from 'node:fs/promises';
import { decodeImage, readImageFile } from '../images/decode.ts';
import type { Image, ImageSource } from '../images/image.ts';
import { type ModelInput, preprocess } from '../images/preprocess.ts';
import type { Preprocessing } from '../models/card.ts';
import { Lru } from './lru.ts';

/** Decoded images that are kept: the one that is shown and its neighbours. */
const DECODED = 3;
const PREPARED = 16;

export interface OpenImage {
  /** Path and time of writing: another stamp is another image. */
  readonly stamp: string;
  readonly source: ImageSource;
  readonly image: Image;
}

/** The images in use: decoded once, preprocessed once per way of preprocessing. */
export class OpenImages {
  readonly #decoded = new Lru<Promise<OpenImage>>(DECODED);
  readonly #prepared = new Lru<ModelInput>(PREPARED);

  async open(file: string): Promise<OpenImage> {
    const found = await stat(file).catch(() => undefined);
    const stamp = `${file} ${found?.mtimeMs} ${found?.size}`;
    return this.#decoded.getOr(stamp, async () => {
      const source = await readImageFile(file);
      return { stamp, source, image: await decodeImage(source) };
    });
  }

  prepare(open: OpenImage, settings: Preprocessing): ModelInput {
    const key = `${open.stamp} ${JSON.stringify(settings)}`;
    return this.#prepared.getOr(key, () => preprocess(open.image, settings));
  }

  dispose(): void {
    this.#decoded.clear();
    this.#prepared.clear();
  }
}
