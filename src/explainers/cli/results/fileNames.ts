import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Heatmap } from '../../contracts/results.ts';
import { isUnseen } from '../../unseen.ts';

/**
 * The length limit of one name, so that METHOD, CLASS and the extensions fit after it; file systems allow 255 bytes.
 */
const MOST_BYTES = 140;
const MOST_CLASS_BYTES = 60;
/** Of each of two classes. */
const MOST_COMPARED_BYTES = 24;

/**
 * `IMAGE.METHOD.CLASS` of a map, relative to the run's folder, with forward slashes; of a class that is compared with
 * others `IMAGE.METHOD.CLASS-against-OTHERS`.
 * @param labels of all classes
 */
export function mapName(
  imageName: string,
  { method, index, label, against }: Pick<Heatmap, 'method' | 'index' | 'label' | 'against'>,
  labels: readonly string[] = [],
): string {
  const name =
    against === undefined
      ? className(index, label)
      : `${className(index, label, MOST_COMPARED_BYTES)}-against-${othersName(against, labels)}`;
  return `${imageName}.${method}.${name}`;
}

/** `3-Nodule`, `0+3+7`, `rest`. */
function othersName(against: NonNullable<Heatmap['against']>, labels: readonly string[]): string {
  if (against === 'rest') return against;
  const [index] = against as [number];
  return against.length === 1
    ? className(index, labels[index] ?? '', MOST_COMPARED_BYTES)
    : cut(against.join('+'), MOST_COMPARED_BYTES);
}

const MAP = /^((.+)\.[a-z][A-Za-z0-9]*)\.\d+(?:-[^/]*)?(?:\.best)?\.(?:npy|png)$/;

/** What a file is a map of, from its name: `IMAGE`, and `IMAGE.METHOD`; null: it is not named like a map. */
export function ofMap(name: string): { readonly image: string; readonly method: string } | null {
  const [, method, image] = MAP.exec(name) ?? [];
  return method === undefined || image === undefined ? null : { image, method };
}

/** `4-Mass`: index and name, short enough for every file system. */
export function className(index: number, label: string, most = MOST_CLASS_BYTES): string {
  const name = cut(safe(label), most).replace(/(?<![. ])[. ]+$/, '');
  return name === '' ? `${index}` : `${index}-${name}`;
}

/**
 * A run's names for its images: the path below a folder, with forward slashes. Colliding names, including those that
 * differ only in case, get a number; an image that already has a safe name keeps it.
 * @param folder the images' common folder
 * @param taken names that must not be used
 * @returns by the images' paths
 */
export function imageNames(
  images: readonly { readonly path: string }[],
  folder: string,
  taken: readonly string[] = [],
  { relative, sep } = path,
): ReadonlyMap<string, string> {
  const below = images.map((image) => relative(folder, image.path).split(sep));
  const given = new Set(taken.map(folded));
  const names = new Map<string, string>();
  const wanted = below.map((steps) => steps.map((step) => shortened(safe(step))).join('/'));
  const kept = (i: number) => wanted[i] === below[i]!.join('/');
  const order = [...images.keys()].sort((a, b) => Number(kept(b)) - Number(kept(a)) || a - b);
  for (const i of order) {
    let name = wanted[i]!;
    for (let number = 2; given.has(folded(name)); number++) name = numbered(wanted[i]!, number);
    given.add(folded(name));
    names.set(images[i]!.path, name);
  }
  return names;
}

/** 'a.png' → 'a-2.png'. */
function numbered(name: string, number: number): string {
  const ending = path.posix.extname(name);
  return `${name.slice(0, name.length - ending.length)}-${number}${ending}`;
}

/** As case-insensitive file systems compare names. */
const folded = (name: string) => name.normalize('NFC').toUpperCase().toLowerCase();

const DISLIKED = new Set('<>:"/\\|?*');
/** Devices of Windows, with any extension. */
const DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=$|[. ])/i;

/**
 * A name in which everything that file systems and terminals dislike is replaced: separators, control characters, text
 * direction marks, `<>:"|?*`, a dot or space at the end, device names.
 */
function safe(name: string): string {
  const characters = [...name.normalize('NFC')].map((c) =>
    DISLIKED.has(c) || isUnseen(c) || /\p{Surrogate}/u.test(c) ? '_' : c,
  );
  return characters
    .join('')
    .replace(/(?<![. ])[. ]+$/, '_')
    .replace(DEVICES, '$1_');
}

/** A long name's beginning, a hash of the complete name, and its extension. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const ending = cut(path.posix.extname(name), 16);
  const mark = `~${createHash('sha256').update(name).digest('hex').slice(0, 8)}${ending}`;
  return `${cut(name, MOST_BYTES - Buffer.byteLength(mark))}${mark}`;
}

/** The beginning of a text with at most this many bytes in UTF-8; no character is cut in two. */
function cut(text: string, bytes: number): string {
  let length = 0;
  let end = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    length += Buffer.byteLength(segment);
    if (length > bytes) break;
    end += segment.length;
  }
  return text.slice(0, end);
}
