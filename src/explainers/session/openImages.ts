import path from 'node:path';
import { LRUCache } from 'lru-cache';
import type { ModelCard, Preprocessing } from '../contracts/card.ts';
import { fileStamp } from '../files/fileStamp.ts';
import { shownBands } from '../images/bands.ts';
import { decodeImage, readImageFile } from '../images/decode.ts';
import type { Image, ImageSource } from '../images/image.ts';
import { type ModelInput, preprocess } from '../images/preprocess.ts';
import { segmentInput } from '../images/superpixels/inputPicture.ts';
import { segment } from '../images/superpixels/segment.ts';
import type { Segments } from '../images/superpixels/segments.ts';
import { parseSegments } from '../images/superpixels/spec.ts';
import { keptOr } from './keptOr.ts';
import { SharedWork } from './sharedWork.ts';

/** How many decoded images are kept: the current one and its neighbours. */
const DECODED = 3;
const PREPARED = 16;
/** Bytes of the images in the form of a model’s input, and of their superpixels; the last one is always kept. */
const PREPARED_BYTES = 256 * 2 ** 20;

export interface OpenImage {
  /** Path and file stamp; another stamp means another image. */
  readonly stamp: string;
  readonly source: ImageSource;
  readonly image: Image;
}

/** The picture of an image: of the bands that are shown, if somebody says so. */
export const shownImage = ({ image, source }: Pick<OpenImage, 'image' | 'source'>, show?: readonly number[]): Image =>
  show ? shownBands(image, show, source.path) : image;

/** The images in use: decoded once, and preprocessed once for each kind of preprocessing. */
export class OpenImages {
  readonly #decoded = new LRUCache<string, SharedWork<OpenImage>>({ max: DECODED });
  readonly #prepared: LRUCache<string, ModelInput>;
  readonly #segments: LRUCache<string, Promise<Segments>>;

  constructor(maxSize = PREPARED_BYTES) {
    this.#prepared = new LRUCache({ max: PREPARED, maxSize });
    this.#segments = new LRUCache({ max: PREPARED, maxSize });
  }

  /** Decoding ends when every request that waits for it has been cancelled. */
  async open(file: string, signal?: AbortSignal): Promise<OpenImage> {
    const stamp = `${file} ${await fileStamp(file)}`;
    const make = () => {
      const work: SharedWork<OpenImage> = new SharedWork(
        async (ended) => {
          const source = await readImageFile(file);
          return { stamp, source, image: await decodeImage(source, ended) };
        },
        () => this.#decoded.get(stamp) === work && this.#decoded.delete(stamp),
      );
      return work;
    };
    return keptOr(this.#decoded, stamp, make).wait(signal);
  }

  prepare(open: OpenImage, settings: Preprocessing): ModelInput {
    const key = `${open.stamp} ${JSON.stringify(settings)}`;
    return keptOr(
      this.#prepared,
      key,
      () => preprocess(open.image, settings, open.source.path),
      ({ input }) => input.data.byteLength,
    );
  }

  /**
   * The image segmented into superpixels. A segment file, whose name is relative to the card (or the model), is read
   * again each time.
   * @param changed the model's image, if it differs from the file's
   */
  segments(
    open: OpenImage,
    { input: settings, path: card, model }: ModelCard,
    text: string,
    changed?: ModelInput['input'],
  ): Promise<Segments> {
    const spec = parseSegments(text, (file) => path.resolve(path.dirname(card ?? model), file));
    const cut = async () => {
      const { input, geometry } = this.prepare(open, settings);
      return segment(spec, segmentInput(changed ?? input, settings, geometry));
    };
    if (spec.kind === 'file' || changed) return cut();
    const [height, width] = settings.size;
    const key = `${open.stamp} ${JSON.stringify([settings, spec])}`;
    return keptOr(this.#segments, key, cut, () => height * width * Int32Array.BYTES_PER_ELEMENT);
  }

  dispose(): void {
    this.#decoded.clear();
    this.#prepared.clear();
    this.#segments.clear();
  }
}
