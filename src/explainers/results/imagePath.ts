import path from 'node:path';

/**
 * Where an image of the results is; null if its name leads out of the folder, because results may come from anywhere.
 * @param name below the folder, with forward slashes
 */
export function imagePath(folder: string, name: string): string | null {
  const full = path.resolve(folder, name);
  const below = path.relative(folder, full);
  return name === '' || below === '' || below.split(path.sep)[0] === '..' || path.isAbsolute(below) ? null : full;
}
