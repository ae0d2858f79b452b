/**
 * File name extensions of images, by format: lower case, without the dot. They are here and not with the decoders,
 * because VS Code's menus and the names in annotation files need them where no decoder is loaded.
 */
export const IMAGE_ENDINGS = {
  png: ['png'],
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  webp: ['webp'],
  bmp: ['bmp', 'dib'],
  tiff: ['tif', 'tiff'],
  dicom: ['dcm', 'dicom', 'dic', 'ima'],
  // Most arrays in a folder are no images, so they are read as such only if they are named.
  npy: [],
  gif: ['gif'],
  avif: ['avif'],
  jpeg2000: ['jp2', 'j2k', 'jpf', 'jpx', 'j2c'],
  pnm: ['pgm', 'ppm', 'pbm', 'pnm'],
} as const;

export const imageEndings: readonly string[] = Object.values<readonly string[]>(IMAGE_ENDINGS).flat();

const ENDS = new RegExp(`[^/\\\\]\\.(?:${imageEndings.join('|')})$`, 'i');

/** Judged by its name alone; the content decides what the file really is. */
export function hasImageEnding(path: string): boolean {
  return ENDS.test(path);
}
