import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { isImageRole, isRole } from '../match/folderRoles.ts';

/** `images/train/hard/1.png`: how far the folder of images may be above an image. */
const LEVELS = 4;

/** Where the annotations of an image are in a set that keeps them in a folder next to that of its images. */
export interface Mirrored {
  /** The folders next to that of the images: `set/labels`, `set/Annotations`. */
  readonly roots: readonly string[];
  /** The image's own folder in each of them: `set/labels/train`. */
  readonly folders: readonly string[];
}

/** `set/images/train/1.png` → `set/labels/train`, and whatever else is next to `images` and holds annotations. */
export async function mirroredFolders(image: string): Promise<Mirrored> {
  const own = dirname(image);
  for (let folder = own, level = 0; level < LEVELS && dirname(folder) !== folder; folder = dirname(folder), level++) {
    if (!isImageRole(basename(folder))) continue;
    const above = dirname(folder);
    const entries = await readdir(above, { withFileTypes: true }).catch(() => []);
    const roots = entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .filter(({ name }) => isRole(name) && !isImageRole(name))
      .map(({ name }) => join(above, name));
    return { roots, folders: roots.map((root) => join(root, relative(folder, own))) };
  }
  return { roots: [], folders: [] };
}

/** The files in a folder that may be an image's own: `1.txt`, `1.png.json`. */
export function ownNames(image: string, endings: readonly string[]): readonly string[] {
  const name = basename(image);
  return [basename(name, extname(name)), name].flatMap((stem) => endings.map((ending) => stem + ending));
}
