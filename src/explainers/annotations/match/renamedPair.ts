import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { imageEndings } from '../../contracts/imageEndings.ts';
import { fileStem } from '../files/fileStem.ts';
import { quoted } from '../problems.ts';
import { imageStem, stemsOfEntry } from './names.ts';

interface FileNames {
  readonly path: string;
  /** Its names for its images. */
  readonly names: readonly string[];
}

/** Under which names a file is looked for: those of its image, and its own, as both may have been renamed. */
export function stemsOfFile({ path, names }: FileNames): readonly string[] {
  const [name, ...more] = names;
  return name === undefined || more.length > 0
    ? names.flatMap(stemsOfEntry)
    : [...new Set([...stemsOfEntry(name), imageStem(fileStem(path))])];
}

/**
 * An image and its annotation file that were renamed together: they have the same name, and the file's entry still has
 * the old one, of which there is no image. Returns the note about it; null: the file is not of this image.
 */
export async function renamedPair({ path, names }: FileNames, image: string): Promise<string | null> {
  const [old] = names;
  if (old === undefined || names.length > 1 || imageStem(fileStem(path)) !== imageStem(image)) return null;
  const name = old.split(/[/\\]/).at(-1)!;
  const stem = basename(name, extname(name));
  const folders = new Set([dirname(image), dirname(path)]);
  for (const each of new Set([name, ...imageEndings.map((ending) => `${stem}.${ending}`)]))
    for (const folder of folders) if (await exists(join(folder, each))) return null;
  return `it names ${quoted(old)}, of which there is no image here; it is used for the image that has its own name`;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
