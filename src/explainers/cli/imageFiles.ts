import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ExplainError } from '../errors.ts';

/** Endings under which images are picked from a folder; a file named outright is taken with any. */
const ENDINGS = new Set(['.png', '.jpg', '.jpeg', '.webp', '.bmp', '.tif', '.tiff', '.dcm', '.dicom']);

/** An image as it was named, and where it is. */
export interface ImageFile {
  /** As typed; inside a folder, the folder as typed and the path below it. */
  readonly name: string;
  readonly path: string;
}

/**
 * The images behind the arguments: files as they are, folders with all images below them in order of name.
 * @throws ExplainError `usage` where there is none
 */
export function findImages(args: readonly string[], cwd: string): readonly ImageFile[] {
  const images = args.flatMap((name): readonly ImageFile[] => {
    const absolute = path.resolve(cwd, name);
    if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) return [{ name, path: absolute }];
    const found = readdirSync(absolute, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && ENDINGS.has(path.extname(entry.name).toLowerCase()))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
    if (found.length > 0)
      return found.map((file) => ({ name: path.join(name, path.relative(absolute, file)), path: file }));
    throw new ExplainError({
      kind: 'usage',
      message: `The folder '${name}' holds no images.`,
      subject: name,
      next: `Images end in ${[...ENDINGS].join(', ')}.`,
    });
  });
  if (images.length > 0) return [...new Map(images.map((image) => [image.path, image])).values()];
  throw new ExplainError({ kind: 'usage', message: 'No image was named.', next: 'Name image files or folders.' });
}

/** The deepest folder that holds all of the images. */
export function commonFolder(images: readonly ImageFile[]): string {
  return images
    .map((image) => path.dirname(image.path))
    .reduce((common, folder) => {
      while (folder !== common && !folder.startsWith(common.endsWith(path.sep) ? common : common + path.sep)) {
        common = path.dirname(common);
      }
      return common;
    });
}
