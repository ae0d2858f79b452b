import type { AnnotatedImage } from '../../../contracts/labels/annotation.ts';
import { defineFormat, type FormatInput } from '../../format.ts';
import { classFoldersIn } from '../../match/classFolders.ts';
import { annotationError, Problems } from '../../problems.ts';

/**
 * A folder per class, `cat/1.png`, perhaps in a folder per part of the set (`train/cat/1.png`), as torchvision, Keras,
 * Hugging Face and Ultralytics read it: the folder is the label. What is parsed is the list of its images.
 */
export const imageFolder = defineFormat({
  id: 'imageFolder',
  title: 'folder per class',
  page: {
    shapes: 'labels of whole images: the name of the folder',
    absent: 'yes: every other folder',
    image: 'path',
  },
  extensions: [],
  folder: true,
  sniff: (file) => file.folder === true && listingOf(file).classes.size > 0,
  parse(file) {
    const { lines, classes } = listingOf(file);
    const problems = new Problems();
    const images: AnnotatedImage[] = [];
    let outside = 0;
    for (const image of lines) {
      if (image.endsWith('/')) continue;
      const label = classes.get(image.slice(0, image.lastIndexOf('/') + 1));
      if (label === undefined) outside++;
      else images.push({ image, size: null, annotations: [{ label, shape: null }] });
    }
    if (images.length === 0) {
      const next = 'Put the images of each class into a folder with its name, or name other annotation files.';
      throw annotationError(file.path, null, 'The folder has no folders of images of a class.', next);
    }
    if (outside > 0)
      problems.add(null, `${outside} of its images ${outside === 1 ? 'is' : 'are'} in no folder of a class`);
    return {
      path: file.path,
      format: 'imageFolder',
      labels: [...new Set(classes.values())],
      images,
      problems: problems.list(),
    };
  },
});

interface Listing {
  readonly lines: readonly string[];
  /** As {@link classFoldersIn} finds them. */
  readonly classes: ReadonlyMap<string, string>;
}

/** A listing may have millions of lines, and is recognised and then parsed. */
const known = new WeakMap<Uint8Array, Listing>();

function listingOf({ bytes }: FormatInput): Listing {
  const listing = known.get(bytes) ?? readListing(bytes);
  known.set(bytes, listing);
  return listing;
}

function readListing(bytes: Uint8Array): Listing {
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line !== '');
  return { lines, classes: classFoldersIn(lines) };
}
