import { LRUCache } from 'lru-cache';
import { combinedReaders, readerMasks } from '../../annotations/match/readers.ts';
import { unionMask } from '../../annotations/shapes/rasterize.ts';
import { toImageGrid } from '../../contracts/geometry.ts';
import type { Agreement, AgreementOptions, Heatmap, ImageAnnotation } from '../../contracts/results.ts';
import type { AgreementInput } from '../../metrics/metric.ts';
import { keptOr } from '../keptOr.ts';

/** A map and what one reader drew, or all of them together, on the pixels of the original image. */
export type ComparedMap = readonly [AgreementInput, Pick<Agreement, 'reader'>];

interface Drawn extends Pick<Agreement, 'reader'> {
  readonly mask: AgreementInput['mask'];
}

/**
 * For a pixel of a map: its value, and the evidence and mask that metrics keep with it; and for a pixel that is drawn.
 */
const MAP_BYTES = 4 + 4 + 1;
const MASK_BYTES = 1;

/** Maps and masks on the pixels of the original image, kept for the next threshold within a limit of memory. */
export class ComparedMaps {
  readonly #maps: LRUCache<string, readonly ComparedMap[]>;
  readonly #masks: LRUCache<string, readonly Drawn[]>;

  /** @param bytes of all together; 0: none is kept */
  constructor(bytes: number) {
    const size = ({ mask }: Drawn | AgreementInput) => mask.data.length;
    const sum = (sizes: readonly number[]) => sizes.reduce((all, each) => all + each, 1);
    // 0 would be no limit
    this.#maps = new LRUCache({
      maxSize: Math.max(1, bytes),
      sizeCalculation: (maps) => MAP_BYTES * sum(maps.map(([input]) => size(input))),
    });
    this.#masks = new LRUCache({
      maxSize: Math.max(1, Math.floor(bytes / 8)),
      sizeCalculation: (drawn) => 1 + MASK_BYTES * sum(drawn.map(size)),
    });
  }

  /**
   * A map together with what the `readers` drew for its class.
   * @param id identifies the annotations; others have another id
   * @param silent the class's score is below the cut-off
   */
  of(
    map: Heatmap,
    id: number,
    annotations: readonly ImageAnnotation[],
    readers: NonNullable<AgreementOptions['readers']>,
    silent: boolean,
  ): readonly ComparedMap[] {
    return keptOr(this.#maps, `${map.id} ${id} ${readers} ${silent}`, () => {
      const { geometry, index } = map;
      const drawn = keptOr(this.#masks, `${id} ${index} ${readers} ${geometry.image}`, () =>
        drawnBy(readers, annotations, map),
      );
      const data = toImageGrid(map.values, geometry);
      const values: AgreementInput['map'] = { dtype: 'float32', shape: geometry.image, data };
      return drawn.map(({ mask, ...reader }) => [{ map: values, mask, silent }, reader] as const);
    });
  }

  /** Forgets some maps, by their ids. */
  forget(ids: readonly string[]): void {
    const gone = new Set(ids);
    for (const key of [...this.#maps.keys()]) if (gone.has(key.slice(0, key.indexOf(' ')))) this.#maps.delete(key);
  }

  clear(): void {
    this.#maps.clear();
    this.#masks.clear();
  }
}

/** The masks that a map is compared with: one of all readers, or those of the readers who drew the class. */
function drawnBy(
  readers: NonNullable<AgreementOptions['readers']>,
  annotations: readonly ImageAnnotation[],
  { index, geometry }: Heatmap,
): readonly Drawn[] {
  const size = geometry.image;
  const tensor = (data: Uint8Array): AgreementInput['mask'] => ({ dtype: 'uint8', shape: [size[0], size[1]], data });
  const ofClass = annotations.filter((each) => each.index === index && each.shape);
  // Shapes without a reader belong to all readers.
  const named = ofClass.length > 0 && ofClass.every(({ reader }) => reader !== undefined);
  if (readers === 'each' && named) {
    return readerMasks(annotations, index, size)
      .filter(({ mask }) => mask.includes(1))
      .map(({ reader, mask }) => ({ reader, mask: tensor(mask) }));
  }
  const combined =
    named && readers !== 'each' && readers !== 'union' ? combinedReaders(annotations, index, size, readers) : null;
  const shapes = ofClass.flatMap(({ shape }) => shape ?? []);
  return [{ mask: combined ? tensor(combined) : unionMask(shapes, size) }];
}
