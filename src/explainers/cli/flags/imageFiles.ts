import { stat } from 'node:fs/promises';
import path from 'node:path';
import { imagesIn } from '../../containers/images.ts';
import { hasImageEnding, imageEndings } from '../../contracts/imageEndings.ts';
import { ExplainError } from '../../errors.ts';
import { kindOfContainer } from '../../files/inside.ts';
import { isUnnamedDicom, mayBeUnnamedDicom } from '../../files/unnamedDicom.ts';
import { walk } from '../../files/walk.ts';

/** An image as it was named, and its path. */
export interface ImageFile {
  /** As typed; inside a folder, the folder as typed and the path below it. */
  readonly name: string;
  readonly path: string;
}

/**
 * The images behind the arguments: files unchanged, folders with all files below them that are images by name, in order
 * of name. Links to files count as files, links to folders are not followed.
 * @throws ExplainError `usage` if there are none
 */
export async function findImages(args: readonly string[], cwd: string): Promise<readonly ImageFile[]> {
  const images = new Map<string, ImageFile>();
  for (const name of args) {
    const absolute = path.resolve(cwd, name);
    const kind = kindOfContainer(absolute);
    const inside = kind && (await isFile(absolute)) ? await imagesIn(absolute, kind) : null;
    for (const found of inside ?? ((await isFolder(absolute)) ? await imagesBelow(absolute, name) : [absolute])) {
      const below = path.relative(absolute, found);
      images.set(found, { name: below === '' ? name : path.join(name, below), path: found });
    }
  }
  if (images.size > 0) return [...images.values()];
  throw new ExplainError({ kind: 'usage', message: 'No image was named.', next: 'Name image files or folders.' });
}

async function imagesBelow(folder: string, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  const wanted = (file: string) => hasImageEnding(file) || mayBeUnnamedDicom(file);
  for await (const { path: file, entry } of walk([folder], { wanted, strict: true })) {
    if (!hasImageEnding(file) && !(await isUnnamedDicom(file))) continue;
    if (entry.isFile() || (entry.isSymbolicLink() && !(await isFolder(file)))) found.push(file);
  }
  if (found.length > 0) return found.sort();
  throw new ExplainError({
    kind: 'usage',
    message: `The folder '${name}' holds no images.`,
    subject: name,
    next: `Images end in ${imageEndings.map((ending) => `.${ending}`).join(', ')}.`,
  });
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (info) => info.isFile(),
    () => false,
  );
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false; // a dead link, which is reported when it is read
  }
}
