import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileStem } from '../annotations/files/fileStem.ts';
import { imageStem, namesOf, stemsOfEntry } from '../annotations/match/names.ts';
import { imagesIn } from '../containers/images.ts';
import { hasImageEnding } from '../contracts/imageEndings.ts';
import { throwIfCancelled } from '../errors.ts';
import { kindOfContainer } from '../files/inside.ts';
import { isUnnamedDicom, mayBeUnnamedDicom } from '../files/unnamedDicom.ts';
import { byName, walk } from '../files/walk.ts';
import { append } from '../lists.ts';

/** The limit for one folder and everything below it. */
const MAX_VISITED = 100_000;
/** An annotation file's own folder, and this many above it. */
const LEVELS = 3;

/** Folders within a data set that hold annotations, sometimes as pictures. */
const NO_IMAGES = /^(?:masks?|labels?|annotations?|segmentations?|node_modules|\..*)$/i;

/** An annotation file and its names for images. */
export interface NamedImages {
  readonly path: string;
  readonly names: readonly string[];
  /** It is a folder, and the names are paths below it. */
  readonly folder?: true | undefined;
}

/** The images among files and folders, in the order of their paths. Folders are searched completely. */
export async function expandImages(places: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
  const images: string[] = [];
  for (const place of places) {
    const info = await stat(place).catch(() => null);
    const kind = info?.isFile() ? kindOfContainer(place) : null;
    if (info?.isDirectory()) append(images, await imagesBelow(place, signal));
    else if (kind) append(images, await imagesIn(place, kind));
    else images.push(place);
  }
  return [...new Set(images)];
}

/**
 * The images that annotation files name, searched by name below each file's own folder, then below its parent, then
 * below the parent of that, but never above `root`. Nothing is opened, and no path in a file is followed.
 */
export async function imagesNamed(
  files: readonly NamedImages[],
  root: string | undefined,
  signal?: AbortSignal,
): Promise<{ readonly images: readonly string[]; readonly missing: readonly string[] }> {
  const walked = new Map<string, Promise<readonly string[]>>();
  const below = (folder: string) => {
    const found = walked.get(folder) ?? imagesBelow(folder, signal);
    walked.set(folder, found);
    return found;
  };
  const images = new Set<string>();
  const missing: string[] = [];
  /** Adds the images of the first folder that has any that are named; returns the names. */
  const searched = async (folders: readonly string[], nameOf: (image: string) => string | null) => {
    const found = new Set<string>();
    for (const folder of folders) {
      for (const image of await below(folder)) {
        const name = nameOf(image);
        if (name === null) continue;
        found.add(name);
        images.add(image);
      }
      if (found.size > 0) break;
    }
    return found;
  };
  // A mask is not an image, although it is named like one.
  const masks = new Set(files.map((file) => file.path));
  for (const { path: file, names, folder } of files) {
    throwIfCancelled(signal);
    if (folder) {
      for (const name of names) images.add(path.join(file, name));
      continue;
    }
    const wanted = new Map(names.flatMap((name) => stemsOfEntry(name).map((stem) => [stem, name] as const)));
    let found = await searched(foldersAbove(file, root), (image) => {
      const stem = masks.has(image) ? undefined : namesOf({ path: image, ids: [] }).find((each) => wanted.has(each));
      return stem === undefined ? null : wanted.get(stem)!;
    });
    // An image and its file may have been renamed together.
    const own = names.length === 1 && found.size === 0 ? imageStem(fileStem(file)) : null;
    if (own !== null)
      found = await searched(foldersAbove(file, root), (image) =>
        !masks.has(image) && imageStem(image) === own ? names[0]! : null,
      );
    append(
      missing,
      [...new Set(names)].filter((name) => !found.has(name)),
    );
  }
  return { images: [...images].sort(), missing };
}

function foldersAbove(file: string, root: string | undefined): readonly string[] {
  const own = path.dirname(file);
  const folders = [own];
  while (folders.length < LEVELS) {
    const folder = path.dirname(folders.at(-1)!);
    // A whole disk or a home folder is not a data set.
    const inside = root === undefined || !path.relative(root, folder).startsWith('..');
    if (!inside || folder === path.parse(folder).root || folder === os.homedir() || folder === os.tmpdir()) break;
    folders.push(folder);
  }
  return folders;
}

async function imagesBelow(base: string, signal?: AbortSignal): Promise<readonly string[]> {
  const images: string[] = [];
  let visited = 0;
  const found = walk([base], {
    wanted: (path) => hasImageEnding(path) || mayBeUnnamedDicom(path),
    skips: (name) => NO_IMAGES.test(name),
    order: byName,
    goOn: () => {
      throwIfCancelled(signal);
      return visited++ < MAX_VISITED;
    },
  });
  for await (const { path: image } of found)
    if (hasImageEnding(image) || (await isUnnamedDicom(image))) images.push(image);
  return images;
}
