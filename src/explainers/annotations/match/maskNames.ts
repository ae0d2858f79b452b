/** Words in a file name that mark a mask. */
const MASK_WORDS =
  /^(?:masks?|seg|segs|segm|segmentations?|segmentationclass|labels?|annotations?|annots?|gt|groundtruth|ground|truth|png|npy|v?\d+|train|val|valid|test)$/i;
/** An image's extension within the name: 'a.jpg.png' is the mask of 'a.jpg'. */
const INNER_ENDING = /\.(?:png|jpe?g|jfif|webp|bmp|tiff?|dcm|dicom)$/i;

const parts = (path: string) => path.split(/[/\\]+/).filter((part) => part !== '' && part !== '.');
const words = (name: string) => name.split(/[\s_\-.]+/).filter((word) => word !== '');
const isMaskWord = (word: string) =>
  /^(?:masks?|seg|segs|segm|segmentations?|segmentationclass|gt|groundtruth)$/i.test(word);

/** Does the name, or that of its folder, mark this as a mask? An image in a folder of images is not one. */
export function namedAsMask(path: string): boolean {
  const steps = parts(path);
  return [stemOf(steps.at(-1) ?? ''), ...steps.slice(-3, -1)].some((name) => words(name).some(isMaskWord));
}

export interface MaskName {
  /** The image that it is a mask of. */
  readonly image: string;
  /** The class, if the name or the folder has one. */
  readonly label: string | null;
}

/**
 * What a mask's path says: `STEM_CLASS_mask.png`, `STEM_mask.png`, `CLASS/STEM.png` or `CLASS-masks/STEM.png`,
 * `STEM.jpg.png`. The class is the part between the image's name and 'mask': its last words without a digit, if the
 * image's own name has digits (`00000099_001_Pleural_Effusion_mask`); else the last word.
 */
export function maskName(path: string): MaskName {
  const steps = parts(path);
  const stem = stemOf(steps.at(-1) ?? '');
  const folder = labelOfFolder(steps.at(-2) ?? '', steps.at(-3) ?? '');
  if (INNER_ENDING.test(stem)) return { image: stem, label: folder };
  const pieces = stem.split(/([\s_\-.]+)/);
  const last = lastMaskWord(pieces);
  if (last < 0) return { image: stem, label: folder };
  // Before 'mask', names and separators alternate; also after it ('mask_Edema').
  const after = pieces.slice(last + 2).join('');
  const before = pieces.slice(0, Math.max(0, last - 1));
  if (after !== '') return { image: before.join('') || after, label: before.length > 0 ? spaced(after) : folder };
  if (INNER_ENDING.test(before.join(''))) return { image: before.join(''), label: folder };
  const firstOfClass = classStart(before);
  if (firstOfClass === null) return { image: before.join('') || stem, label: folder };
  return { image: before.slice(0, firstOfClass - 1).join(''), label: spaced(before.slice(firstOfClass).join('')) };
}

function stemOf(name: string): string {
  return name.replace(/(?<=.)\.[^.]*$/, '');
}

function lastMaskWord(pieces: readonly string[]): number {
  for (let i = pieces.length - 1; i >= 0; i--) if (i % 2 === 0 && isMaskWord(pieces[i]!)) return i;
  return -1;
}

/** Where the class begins among the pieces of a name; null: there is none. */
function classStart(pieces: readonly string[]): number | null {
  const digits = pieces.findLastIndex((piece, i) => i % 2 === 0 && /\d/.test(piece));
  const last = pieces.length - 1;
  if (digits === last || last < 2) return null;
  return digits >= 0 ? digits + 2 : last;
}

/**
 * 'lung-masks-v7' is about lungs, and so is 'lung' inside 'masks'; any other folder name says nothing about the mask.
 */
function labelOfFolder(folder: string, above: string): string | null {
  if (![folder, above].some((name) => words(name).some(isMaskWord))) return null;
  return (
    words(folder)
      .filter((word) => !MASK_WORDS.test(word))
      .join(' ') || null
  );
}

function spaced(name: string): string | null {
  return words(name).join(' ') || null;
}
