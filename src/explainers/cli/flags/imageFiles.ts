import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ExplainError } from '../../errors.ts';
import { hasImageExtension, supportedImageExtensions } from '../../images/decode.ts';

/** An image as it was named, and where it is. */
export interface ImageFile {
  /** As typed; inside a folder, the folder as typed and the path below it. */
  readonly name: string;
  readonly path: string;
}

/**
 * The images behind the arguments: files as they are, folders with all files below them that are images by their names, in
 * order of name. Links to files count as files, links to folders are not followed.
 * @throws ExplainError `usage` where there is none
 */
export function findImages(args: readonly string[], cwd: string): readonly ImageFile[] {
  const images = args.flatMap((name): readonly ImageFile[] => {
    const absolute = path.resolve(cwd, name);
    if (!isFolder(absolute)) return [{ name, path: absolute }];
    const found = readdirSync(absolute, { recursive: true, withFileTypes: true })
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && hasImageExtension(entry.name))
      // Node before 20.12 calls it `path`.
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
      .filter((file) => !isFolder(file))
      .sort();
    if (found.length > 0)
      return found.map((file) => ({ name: path.join(name, path.relative(absolute, file)), path: file }));
    throw new ExplainError({
      kind: 'usage',
      message: `The folder '${name}' holds no images.`,
      subject: name,
      next: `Images end in ${supportedImageExtensions.map((extension) => `.${extension}`).join(', ')}.`,
    });
  });
  if (images.length > 0) return [...new Map(images.map((image) => [image.path, image])).values()];
  throw new ExplainError({ kind: 'usage', message: 'No image was named.', next: 'Name image files or folders.' });
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false; // a dead link: reading it says so
  }
}

/** The deepest folder that holds all of the images; where none does (drives of Windows), that of the first one's root. */
export function commonFolder(images: readonly Pick<ImageFile, 'path'>[], { dirname, sep } = path): string {
  return images
    .map((image) => dirname(image.path))
    .reduce((common, folder) => {
      while (folder !== common && !folder.startsWith(common.endsWith(sep) ? common : common + sep)) {
        const above = dirname(common);
        if (above === common) break;
        common = above;
      }
      return common;
    });
}
