import { stat } from 'node:fs/promises';
import path from 'node:path';
import { hasImageEnding } from '../../contracts/imageEndings.ts';
import { ExplainError } from '../../errors.ts';
import { commonFolder } from '../../files/commonFolder.ts';
import { parseGlob } from '../../files/glob.ts';
import { walk } from '../../files/walk.ts';
import { append } from '../../lists.ts';
import { findImages } from './imageFiles.ts';

/** Images, and the folder that their names are below. */
export interface ManyImages {
  readonly folder: string;
  /** In the order of their names. */
  readonly images: readonly { readonly name: string; readonly path: string }[];
}

/**
 * The images of folders, globs and files, named by their paths below the one folder that was named, the beginning of
 * the one glob, or else the folder that all have in common.
 * @throws ExplainError `usage` if there are none
 */
export async function manyImages(asked: readonly string[], cwd: string): Promise<ManyImages> {
  const found: string[] = [];
  for (const text of asked) {
    const glob = (await exists(path.resolve(cwd, text))) ? null : parseGlob(path.resolve(cwd, text));
    if (!glob)
      append(
        found,
        (await findImages([text], cwd)).map((image) => image.path),
      );
    else append(found, await matching(glob, text));
  }
  const paths = [...new Set(found)];
  const folder = await baseOf(asked, paths, cwd);
  const images = paths
    .map((file) => ({ name: path.relative(folder, file).split(path.sep).join('/') || path.basename(file), path: file }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { folder, images };
}

async function matching(glob: NonNullable<ReturnType<typeof parseGlob>>, text: string): Promise<readonly string[]> {
  const files: string[] = [];
  const wanted = (file: string) => glob.matches(file) && hasImageEnding(file);
  const depth = glob.deep ? Number.POSITIVE_INFINITY : 0;
  for await (const { path: file } of walk([glob.base], { wanted, depth, strict: true })) files.push(file);
  if (files.length > 0) return files;
  throw new ExplainError({
    kind: 'usage',
    message: `No image matches '${text}'.`,
    subject: '--images',
    next: 'Put the glob in quotes, so that the shell does not replace it; ** stands for any folders.',
  });
}

async function baseOf(asked: readonly string[], paths: readonly string[], cwd: string): Promise<string> {
  const only = path.resolve(cwd, asked[0]!);
  if (asked.length > 1) return commonFolder(paths);
  const info = await stat(only).catch(() => null);
  if (info) return info.isDirectory() || paths[0] !== only ? only : path.dirname(only);
  return path.normalize(parseGlob(only)?.base ?? path.dirname(only));
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
