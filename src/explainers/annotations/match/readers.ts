import type { Size } from '../../contracts/geometry.ts';
import type { ImageAnnotation, ReaderAgreement } from '../../contracts/results.ts';
import { maskIou } from '../../numerics/iou.ts';
import { type CombineRule, combineMasks } from '../shapes/combine.ts';
import { rasterize } from '../shapes/rasterize.ts';

/** One reader's drawing of one class, as a mask. */
export interface ReaderMask {
  readonly reader: string;
  /** Row-major, at the image's size; all zeros: the reader annotated the image but did not draw this class. */
  readonly mask: Uint8Array;
}

/** Readers of an image in the order in which the files name them, including those who did not find some class. */
export function readersOf(annotations: readonly ImageAnnotation[]): string[] {
  return [...new Set(annotations.flatMap(({ reader }) => reader ?? []))];
}

/** The mask of each reader of the image for one class: the union of that reader's shapes. */
export function readerMasks(annotations: readonly ImageAnnotation[], index: number, size: Size): ReaderMask[] {
  return readersOf(annotations).map((reader) => {
    const mask = new Uint8Array(size[0] * size[1]);
    for (const { shape, ...own } of annotations) {
      if (own.reader !== reader || own.index !== index || !shape) continue;
      const drawn = rasterize(shape, size);
      for (let i = 0; i < mask.length; i++) mask[i]! |= drawn[i]!;
    }
    return { reader, mask };
  });
}

/**
 * One mask of a class from all its readers; null if no reader is named, or none drew it. `majority` and `intersection`
 * count all readers of the image: a shape drawn by one of three is not a majority.
 */
export function combinedReaders(
  annotations: readonly ImageAnnotation[],
  index: number,
  size: Size,
  rule: CombineRule,
): Uint8Array | null {
  const masks = readerMasks(annotations, index, size).map(({ mask }) => mask);
  return masks.some((mask) => mask.includes(1)) ? combineMasks(masks, rule) : null;
}

/** The agreement for each class that at least one of several readers drew. */
export function readerAgreement(annotations: readonly ImageAnnotation[], size: Size): ReaderAgreement[] {
  const readers = readersOf(annotations);
  if (readers.length < 2) return [];
  const drawn = annotations.filter(({ index, shape, reader }) => index !== null && shape && reader !== undefined);
  const classes = new Map(drawn.map(({ index, label }) => [index!, label]));
  return [...classes].map(([index, label]) => {
    const masks = readerMasks(annotations, index, size).map(({ mask }) => mask);
    const overlaps = masks.flatMap((a, i) => masks.slice(i + 1).flatMap((b) => maskIou(a, b) ?? []));
    return {
      index,
      label,
      readers,
      drew: masks.filter((mask) => mask.includes(1)).length,
      iou: overlaps.reduce((sum, v) => sum + v, 0) / overlaps.length,
    };
  });
}
