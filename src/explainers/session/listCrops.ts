import { labelMatcher } from '../annotations/match/labels.ts';
import { ImageIndex } from '../annotations/match/names.ts';
import { bounds } from '../annotations/shapes/shapes.ts';
import type { AnnotationStore } from '../annotations/store.ts';
import type { Call } from '../contracts/call.ts';
import type { ModelCard } from '../contracts/card.ts';
import type { Crop, CropsRequest } from '../contracts/labels/crops.ts';
import { throwIfCancelled } from '../errors.ts';
import { AnnotationFiles } from '../labelCheck/annotationFiles.ts';
import { imagesNamed } from '../labelCheck/findImages.ts';

/** Entries of a file that are read at once. */
const AT_ONCE = 512;

/** Every label of a class in the annotation files, with its image; nothing is decoded. Throws `annotation`. */
export async function listCrops(
  { labels, aliases }: Pick<ModelCard, 'labels' | 'aliases'>,
  store: AnnotationStore,
  request: CropsRequest,
  { signal }: Call,
): Promise<readonly Crop[]> {
  const sources = request.sources?.length ? request.sources : [{ path: request.folder }];
  const { named } = await AnnotationFiles.open(store, sources, signal);
  const matcher = labelMatcher(labels, aliases);
  const crops: Crop[] = [];
  const known = new Set<string>();
  for (const file of named ?? []) {
    const { images } = await imagesNamed([file], undefined, signal);
    const opened = await store.index({ path: file.path });
    if (!opened) continue;
    const pathOf = pathsByPlace(new ImageIndex(file.names), images);
    for (let from = 0; from < file.names.length; from += AT_ONCE) {
      throwIfCancelled(signal);
      const places = Array.from({ length: Math.min(AT_ONCE, file.names.length - from) }, (_, i) => from + i);
      const read = await opened.index.read(places);
      for (const [i, entry] of read.images.entries()) {
        const image = pathOf.get(places[i]!);
        if (image === undefined) continue;
        for (const { label, shape, line, id } of entry.annotations) {
          if (matcher.index(label) !== request.index) continue;
          const [left, top, right, bottom] = shape ? bounds(shape) : [0, 0, 0, 0];
          const box = shape ? ([left, top, right - left, bottom - top] as const) : null;
          const size = shape?.kind === 'runs' ? shape.size : entry.size;
          const key = JSON.stringify([image, box?.map((value) => Math.round(value * 1000))]);
          // Several files may say the same.
          if (known.has(key)) continue;
          known.add(key);
          crops.push({ image, box, from: size, file: file.path, line: line ?? null, id: id ?? null });
        }
      }
    }
  }
  return crops;
}

function pathsByPlace(index: ImageIndex, images: readonly string[]): ReadonlyMap<number, string> {
  const paths = new Map<number, string>();
  for (const image of images) for (const place of index.find({ path: image, ids: [] }).places) paths.set(place, image);
  return paths;
}
