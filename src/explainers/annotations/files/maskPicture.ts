import type { Picture } from '../format.ts';
import { namedAsMask } from '../match/maskNames.ts';
import { isPng, type PngPixels, readPng } from './png.ts';

/** JPEG, BMP, TIFF: the first bytes. */
const MAGICS = [
  [0xff, 0xd8, 0xff],
  [0x42, 0x4d],
  [0x49, 0x49, 0x2a, 0],
  [0x4d, 0x4d, 0, 0x2a],
];
const FOLDER = /^(?:masks?|segmentations?|segmentationclass|gt|ground[ _-]?truth)$/i;
const LAST_WORD = /(?:^|[\s_\-.])(?:masks?|seg|segm|segmentations?|gt)\.[^.]+$/i;

/** Is it a picture in a format that our own PNG reader does not know? */
export function isOtherPicture(bytes: Uint8Array): boolean {
  return MAGICS.some((magic) => magic.every((byte, i) => bytes[i] === byte));
}

/**
 * May a picture be a mask by its path? PNGs are by any word, `cat_mask` or a folder `lung-masks`; of other pictures,
 * which are mostly photographs, only those in a folder that is called `masks`, or whose own name ends like that.
 */
export function mayBeMask(path: string): boolean {
  if (/\.(?:png|npy)$/i.test(path)) return namedAsMask(path);
  const [name = '', folder = ''] = path.split(/[/\\]/).slice(-2).reverse();
  return LAST_WORD.test(name) || FOLDER.test(folder);
}

/** The pixels of a mask; `picture` is what was decoded of one that is no PNG. */
export function maskPixels(bytes: Uint8Array, picture: Picture | undefined): PngPixels | { readonly fault: string } {
  if (isPng(bytes)) return readPng(bytes);
  return picture ? { ...picture, palette: null } : { fault: 'it was not decoded' };
}
