import type { AlikeImages } from '../contracts/results.ts';
import { isLabelled } from './beliefs.ts';
import type { CheckedImage } from './checkedImage.ts';
import { hashOf } from './look.ts';

/** Bits of 256 that may differ; fewer than the words of a hash, so that two alike images share a word. */
const BITS = 10;
/** The mean difference of the thumbnails, of 255. */
const DIFFERENCE = 4;
/** Images that share a word of their hash, such as blank ones, are compared with this many others. */
const NEIGHBOURS = 500;

const SPLIT = /^(train|training|val|valid|validation|dev|test|testing|holdout)\d*$/i;

/**
 * Images that are equal or nearly so, in groups; first those whose labels differ, then those in several splits. Memory
 * is linear in the number of images.
 */
export function alikeImages(images: readonly CheckedImage[], labels: readonly string[]): readonly AlikeImages[] {
  const parents = images.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!;
    return at;
  };
  const buckets = new Map<string | number, number[]>();
  const hashes = images.map(({ look }) => (look ? hashOf(look.thumbnail) : null));
  for (const [i, { look }] of images.entries()) {
    const hash = hashes[i];
    if (!look || !hash) continue;
    const keys = [look.file, ...Array.from(hash, (word, place) => place * 65_536 + word)];
    const compared = new Set<number>();
    for (const key of keys) {
      const bucket = buckets.get(key) ?? [];
      buckets.set(key, bucket);
      for (const other of bucket.slice(-NEIGHBOURS)) {
        if (compared.has(other) || root(other) === root(i)) continue;
        compared.add(other);
        if (
          images[other]!.look!.file === look.file ||
          areAlike(look.thumbnail, hash, images[other]!.look!.thumbnail, hashes[other]!)
        )
          parents[root(i)] = root(other);
      }
      bucket.push(i);
    }
  }
  const groups = new Map<number, CheckedImage[]>();
  for (const [i, image] of images.entries()) {
    const group = groups.get(root(i));
    if (group) group.push(image);
    else groups.set(root(i), [image]);
  }
  const found = [...groups.values()].filter((group) => group.length > 1).map((group) => described(group, labels));
  const rank = ({ labelsDiffer, splitsDiffer }: AlikeImages) => (labelsDiffer ? 0 : splitsDiffer ? 1 : 2);
  return found.sort((a, b) => rank(a) - rank(b) || (a.images[0]!.image < b.images[0]!.image ? -1 : 1));
}

function areAlike(a: Uint8Array, hashA: Uint16Array, b: Uint8Array, hashB: Uint16Array): boolean {
  let bits = 0;
  for (let i = 0; i < hashA.length && bits <= BITS; i++) {
    for (let word = hashA[i]! ^ hashB[i]!; word !== 0; word &= word - 1) bits++;
  }
  if (bits > BITS) return false;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum <= DIFFERENCE * a.length;
}

function described(group: readonly CheckedImage[], labels: readonly string[]): AlikeImages {
  const images = group.map((image) => ({
    image: image.path,
    labels: [...image.states.keys()].filter((index) => isLabelled(image, index)).map((index) => labels[index]!),
    split: splitOf(image.path),
  }));
  const differ = (of: (image: (typeof images)[number]) => string | null) => new Set(images.map(of)).size > 1;
  return {
    equal: new Set(group.map(({ look }) => look!.file)).size === 1,
    images,
    labelsDiffer: differ(({ labels: own }) => JSON.stringify([...own].sort())),
    splitsDiffer: differ(({ split }) => split),
  };
}

/** The part of the set that an image is in, by the name of a folder. */
function splitOf(path: string): string | null {
  const folders = path.split(/[/\\]/).slice(0, -1);
  return folders.findLast((folder) => SPLIT.test(folder))?.toLowerCase() ?? null;
}
