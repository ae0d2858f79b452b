import { closeSync, readSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasImageEnding, imageEndings } from '../explainers/contracts/imageEndings.ts';
import { CONTAINER_ENDINGS, kindOfContainer } from '../explainers/files/inside.ts';
import { openFileToReadSync } from '../explainers/files/plainFile.ts';
import { walk } from '../explainers/files/walk.ts';

/** The size limit of a set opened from a folder, because stepping through more by hand helps nobody. */
export const MAX_IMAGES = 5000;

/** `when` clause: the resource is an image file, judged by its name. */
export const IS_IMAGE = `resourceExtname =~ /^\\.(${[...imageEndings, 'npy'].join('|')})$/i`;

/** `when` clause: the resource is a file that holds images, judged by its name. */
export const IS_CONTAINER = `resourceExtname =~ /^\\.(${CONTAINER_ENDINGS.join('|')})$/i`;

/** The images in a Parquet table or a tar; the explainer process reads it. */
export type ImagesInside = (container: string, most: number) => Promise<readonly string[]>;

/** Folders that never hold a data set's images. */
const SKIPPED = new Set(['node_modules', '__pycache__', '__MACOSX']);

export interface ImageSet {
  /** Absolute paths, each once, in the given order; those of a folder in natural order. */
  readonly images: readonly string[];
  /** There were more than {@link MAX_IMAGES}. */
  readonly cut: boolean;
}

/** An image among the images of its folder. */
export interface Neighbours {
  /** In natural order; of a very large folder those around the image. */
  readonly images: readonly string[];
  readonly current: number;
}

/** The images of the folder of this one, without those of subfolders. An unreadable folder has this image alone. */
export async function neighboursOf(image: string, limit = MAX_IMAGES): Promise<Neighbours> {
  const folder = path.dirname(image);
  // Files without an extension must be opened to see what they are: only where the image is such a file itself.
  const unnamed = path.extname(image) === '';
  const isImage = (name: string) =>
    !name.startsWith('.') &&
    (hasImageEnding(name) || (unnamed && path.extname(name) === '' && isDicom(path.join(folder, name))));
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => !entry.isDirectory() && isImage(entry.name)).map(({ name }) => name);
  const own = path.basename(image);
  if (!names.includes(own)) names.push(own);
  names.sort(naturally);
  const start = Math.max(0, Math.min(names.indexOf(own) - Math.floor(limit / 2), names.length - limit));
  const images = names.slice(start, start + limit).map((name) => path.join(folder, name));
  return { images, current: names.indexOf(own) - start };
}

/** The first image of a folder, without its subfolders; undefined: there is none. */
export async function firstImageIn(folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile() && hasImageEnding(entry.name)).map(({ name }) => name);
  const [first] = names.filter((name) => !name.startsWith('.')).sort(naturally);
  return first && path.join(folder, first);
}

/** The one image that a selection consists of; undefined: it is several files, a folder, or a file with images. */
export async function singleImage(selection: readonly string[]): Promise<string | undefined> {
  const [only, ...more] = selection;
  return only === undefined || more.length > 0 || (await isFolder(only)) || (await isContainer(only))
    ? undefined
    : only;
}

/**
 * The images in a selection of files and folders. Files are taken unchanged, folders with their subfolders, Parquet
 * tables and tars with their images.
 */
export async function collectImages(
  selection: readonly string[],
  inside: ImagesInside,
  limit = MAX_IMAGES,
): Promise<ImageSet> {
  const images = new Set<string>();
  for (const each of selection) {
    if (await isFolder(each)) for (const image of await imagesBelow(each, limit + 1)) images.add(image);
    else if (await isContainer(each)) for (const image of await inside(each, limit + 1)) images.add(image);
    else images.add(each);
  }
  return { images: [...images].slice(0, limit), cut: images.size > limit };
}

async function imagesBelow(folder: string, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  const images = walk([folder], {
    wanted: (file, { name }) =>
      !name.startsWith('.') && (hasImageEnding(name) || (path.extname(name) === '' && isDicom(file))),
    skips: (name) => name.startsWith('.') || SKIPPED.has(name),
    order: naturally,
    depthFirst: true,
    strict: true,
  });
  for await (const image of images) if (found.push(image.path) >= limit) break;
  return found;
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false; // the panel will report what is wrong with it
  }
}

async function isContainer(file: string): Promise<boolean> {
  if (kindOfContainer(file) === null) return false;
  return stat(file).then(
    (info) => info.isFile(),
    () => false,
  );
}

/** DICOM files often have no extension, but can be recognised by 'DICM' after a preamble of 128 bytes. */
function isDicom(file: string): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openFileToReadSync(file);
    const magic = Buffer.alloc(4);
    return readSync(descriptor, magic, 0, 4, 128) === 4 && magic.toString('latin1') === 'DICM';
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** 'slice 2' before 'slice 10', as in the Explorer. */
export function naturally(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
