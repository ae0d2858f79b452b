import { LRUCache } from 'lru-cache';
import type { ExplainRequest, Heatmap } from '../../contracts/results.ts';
import { segmentFileIn } from '../../contracts/segmentFile.ts';
import type { Explained } from '../explainImage.ts';
import type { OpenModel } from '../models/openModels.ts';
import type { OpenImage } from '../openImages.ts';

interface Kept {
  readonly map: Heatmap;
  /** The model and the image that it is of. */
  readonly about: string;
}

/** Maps of one model and image, by their ids. */
export interface NamedMaps {
  /** Undefined: it is no longer kept. */
  get(id: string): Heatmap | undefined;
  /** A map that was made again is known by the id that it had before, too. */
  keepAs(id: string, map: Heatmap): Heatmap;
}

/**
 * The latest maps, within a limit of memory. A repeated request gets its map immediately, with the same bytes; later
 * requests refer to a map by its id.
 */
export class KeptMaps {
  readonly #maps: LRUCache<string, Kept>;
  /** By what was asked for; only of maps that the same request gives again. */
  readonly #ids = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  /** @param bytes of all maps together; 0: none is kept */
  constructor(bytes: number) {
    this.#maps = new LRUCache({
      maxSize: Math.max(1, bytes), // 0 would be no limit
      sizeCalculation: ({ map }) => bytesOf(map),
      dispose: ({ map }) => this.#forget(map.id),
    });
  }

  /** Those of one model and image: an id of another's map names nothing here. */
  of(open: OpenModel, image: OpenImage): NamedMaps {
    const about = aboutOf(open, image);
    return {
      get: (id) => {
        const kept = this.#maps.get(id);
        return kept?.about === about ? kept.map : undefined;
      },
      keepAs: (id, map) => {
        const again = { ...map, id };
        this.#maps.set(id, { map: again, about });
        return again;
      },
    };
  }

  /**
   * The maps of a request: those that are kept, and those that `run` computes for the other classes. In the order of
   * the request.
   */
  async explained(
    open: OpenModel,
    image: OpenImage,
    request: ExplainRequest,
    run: (request: ExplainRequest) => Promise<Explained>,
  ): Promise<Explained> {
    const key = this.#keyOf(open, image, request);
    const known = new Map<number, Heatmap>();
    for (const index of request.classes) {
      const kept = this.#maps.get(this.#ids.get(`${key} ${index}`) ?? '');
      if (kept) known.set(index, kept.map);
    }
    const classes = request.classes.filter((index) => !known.has(index));
    if (classes.length === 0 && known.size > 0)
      return { maps: request.classes.map((index) => known.get(index)!), failures: [] };
    const made = await run({ ...request, classes });
    const all = new Map(known);
    for (const map of made.maps) {
      all.set(map.index, map);
      this.#keep(`${key} ${map.index}`, { map, about: aboutOf(open, image) });
    }
    return { ...made, maps: request.classes.flatMap((index) => all.get(index) ?? []) };
  }

  /** Forgets the maps of an image, by its path; returns their ids. */
  forget(image: string): readonly string[] {
    const ids = [...this.#maps.entries()].flatMap(([id, { about }]) => (about.includes(` ${image} `) ? [id] : []));
    for (const id of ids) this.#maps.delete(id);
    return ids;
  }

  clear(): void {
    this.#maps.clear();
  }

  #keyOf(open: OpenModel, image: OpenImage, { method, parameters = {}, seed }: ExplainRequest): string {
    const own = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([open.id, image.stamp, method, own, seed ?? null]);
  }

  #keep(key: string, kept: Kept): void {
    const { map } = kept;
    const { segments } = map.parameters;
    // Superpixels from a file may be others by the next request.
    const isLasting = map.stoppedAt === undefined && segmentFileIn(segments) === null;
    this.#maps.set(map.id, kept);
    if (!isLasting || !this.#maps.has(map.id)) return; // one larger than the limit is not kept
    this.#ids.set(key, map.id);
    this.#keys.set(map.id, key);
  }

  #forget(id: string): void {
    const key = this.#keys.get(id);
    this.#keys.delete(id);
    if (key !== undefined && this.#ids.get(key) === id) this.#ids.delete(key);
  }
}

const aboutOf = (open: OpenModel, { stamp }: OpenImage) => `${open.id} ${stamp}`;

function bytesOf({ values, channels, superpixels }: Heatmap): number {
  const parts = [values, channels, superpixels?.labels, superpixels?.values];
  return parts.reduce((sum, part) => sum + (part?.byteLength ?? 0), 1024);
}
