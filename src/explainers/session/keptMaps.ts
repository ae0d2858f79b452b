import type { ExplainRequest, Heatmap } from '../contracts/results.ts';
import type { Explained } from './explainImage.ts';
import type { OpenImage } from './openImages.ts';
import type { OpenModel } from './openModels.ts';

/** Superpixels that a file cuts: it may be another file by the next request. */
const SEGMENT_FILE = /\.(npy|png)\s*$/i;

/** The maps made last, as far as they take no more than a bound: who asks for one again gets it at once, with the same bytes. */
export class KeptMaps {
  readonly #limit: number;
  readonly #maps = new Map<string, Heatmap>();
  readonly #models = new WeakMap<OpenModel, number>();
  #bytes = 0;
  #lastModel = 0;

  /** @param bytes of all maps together; 0: none is kept */
  constructor(bytes: number) {
    this.#limit = bytes;
  }

  /** The maps of a request: those that are kept, and what `run` makes for the other classes. In the order of the request. */
  async explained(
    open: OpenModel,
    image: OpenImage,
    request: ExplainRequest,
    run: (request: ExplainRequest) => Promise<Explained>,
  ): Promise<Explained> {
    if (this.#limit === 0) return run(request);
    const key = this.#keyOf(open, image, request);
    const known = new Map<number, Heatmap>();
    for (const index of request.classes) {
      const map = this.#maps.get(`${key} ${index}`);
      if (map) known.set(index, map);
    }
    const classes = request.classes.filter((index) => !known.has(index));
    if (classes.length === 0 && known.size > 0)
      return { maps: request.classes.map((index) => known.get(index)!), failures: [] };
    const made = await run({ ...request, classes });
    for (const map of made.maps) this.#keep(`${key} ${map.index}`, map);
    const all = new Map([...known, ...made.maps.map((map) => [map.index, map] as const)]);
    return { ...made, maps: request.classes.flatMap((index) => all.get(index) ?? []) };
  }

  clear(): void {
    this.#maps.clear();
    this.#bytes = 0;
  }

  #keyOf(open: OpenModel, image: OpenImage, { method, parameters = {}, seed }: ExplainRequest): string {
    // A model that was loaded again is another one.
    const model = this.#models.get(open) ?? ++this.#lastModel;
    this.#models.set(open, model);
    const own = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([model, image.stamp, method, own, seed ?? null]);
  }

  #keep(key: string, map: Heatmap): void {
    const { segments } = map.parameters;
    if (map.stoppedAt !== undefined || (typeof segments === 'string' && SEGMENT_FILE.test(segments))) return;
    const before = this.#maps.get(key);
    if (before) this.#bytes -= bytesOf(before);
    this.#maps.delete(key);
    this.#maps.set(key, map);
    this.#bytes += bytesOf(map);
    for (const [oldest, each] of this.#maps) {
      if (this.#bytes <= this.#limit) return;
      this.#maps.delete(oldest);
      this.#bytes -= bytesOf(each);
    }
  }
}

function bytesOf({ values, channels, superpixels }: Heatmap): number {
  const parts = [values, channels, superpixels?.labels, superpixels?.values];
  return parts.reduce((sum, part) => sum + (part?.byteLength ?? 0), 1024);
}
