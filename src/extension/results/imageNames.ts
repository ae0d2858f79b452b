import path from 'node:path';

/**
 * Where an image of the results is; null if nobody knows, or if its name leads out of the folder: results may come from
 * anywhere.
 */
export function imageIn(folder: string | null, name: string): string | null {
  if (folder === null) return null;
  const full = path.resolve(folder, name);
  return nameIn(folder, full) === null ? null : full;
}

/** The name of an image below a folder, with forward slashes; null: it is not in there. */
export function nameIn(folder: string, image: string): string | null {
  const below = path.relative(folder, image);
  const outside = below === '' || below.split(path.sep)[0] === '..' || path.isAbsolute(below);
  return outside ? null : below.split(path.sep).join('/');
}
