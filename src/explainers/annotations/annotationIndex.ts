import type { AnnotatedImage, AnnotationFile } from '../contracts/annotation.ts';

/** What an annotation file says, to be asked image by image: the file itself may be larger than what is held of it. */
export interface AnnotationIndex {
  readonly path: string;
  readonly format: string;
  /** As {@link AnnotationFile.labels}. */
  readonly labels: readonly string[] | null;
  /** Every label that stands in it, listed or of an annotation, each once. */
  readonly mentioned: readonly string[];
  /** What the file calls its images, in its order. */
  readonly names: readonly string[];
  /** What was skipped and why; what concerns single images may only show when they are read. */
  readonly problems: readonly string[];
  /** Bytes of memory that it takes, about. */
  readonly weight: number;
  /** Some of its images, by their places in `names`. Throws `annotation` where the file is broken there. */
  read(places: readonly number[]): Promise<IndexedImages>;
}

export interface IndexedImages {
  readonly images: readonly AnnotatedImage[];
  /** What was skipped of these images, where `AnnotationIndex.problems` does not say it already. */
  readonly problems: readonly string[];
}

/** Objects take a multiple of the text that they were read from. */
const OBJECTS_PER_BYTE = 4;

/** The index of a file that was read as a whole. `bytes`: the file's size. */
export function wholeIndex(file: AnnotationFile, bytes: number): AnnotationIndex {
  const { path, format, labels, problems, images } = file;
  return {
    path,
    format,
    labels,
    mentioned: mentionedIn(file),
    problems,
    names: images.map(({ image }) => image),
    weight: OBJECTS_PER_BYTE * bytes,
    read: async (places) => ({ images: places.map((place) => images[place]!), problems: [] }),
  };
}

function mentionedIn({ labels, images }: AnnotationFile): readonly string[] {
  const mentioned = new Set(labels);
  for (const image of images) {
    for (const label of image.labels ?? []) mentioned.add(label);
    for (const { label } of image.annotations) mentioned.add(label);
  }
  return [...mentioned];
}
