/**
 * Folders whose names tell what kind of files they hold, but not which ones: `images/train/1.png` and
 * `labels/train/1.txt`.
 */
const ROLES = new Set(
  'images image imgs img jpegimages pngimages labels label labeltxt annotations annotation annots annot anns ann masks mask segmentation segmentations segmentationclass segmentationobject gt xml xmls txt json'.split(
    ' ',
  ),
);
/** Of these, those of images. */
const IMAGE_ROLES = new Set('images image imgs img jpegimages pngimages'.split(' '));
/** Parts of a data set, in the names of folders and files: 'val', 'valid2017'. */
const SET = /^(train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?|dev|minival|trainval)[-_]?\d*$/;

const folded = (name: string) => name.normalize('NFC').toLowerCase();

/** Does the folder's name tell what kind of files it holds? */
export function isRole(name: string): boolean {
  return ROLES.has(folded(name));
}

/** Does the folder's name tell that it holds images? */
export function isImageRole(name: string): boolean {
  return IMAGE_ROLES.has(folded(name));
}

/** A part of a data set by one name, however it is spelled; null if it is none. */
export function setOf(name: string): string | null {
  const found = SET.exec(folded(name))?.[1];
  if (found === undefined) return null;
  return found.startsWith('val') ? 'val' : found === 'training' ? 'train' : found === 'testing' ? 'test' : found;
}
