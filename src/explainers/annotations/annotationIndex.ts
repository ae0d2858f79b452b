import type { AnnotatedImage, AnnotationFile } from '../contracts/labels/annotation.ts';

/** The content of an annotation file, read image by image, because the file may be larger than the memory for it. */
export interface AnnotationIndex {
  readonly path: string;
  readonly format: string;
  /** As {@link AnnotationFile.labels}. */
  readonly labels: readonly string[] | null;
  /** It is a folder, whose images are below it. */
  readonly folder?: true;
  /** It is a tar or Parquet file, and its images are in it. */
  readonly contains?: true;
  /** Every label in the file, listed or used by an annotation, each once. */
  readonly mentioned: readonly string[];
  /** The file's names for its images, in its order. */
  readonly names: readonly string[];
  /** What was skipped and why; problems of single images may only appear when these are read. */
  readonly problems: readonly string[];
  /** Roughly how many bytes of memory it takes. */
  readonly weight: number;
  /** Some of its images, by their positions in `names`. Throws `annotation` if the file is broken there. */
  read(places: readonly number[]): Promise<IndexedImages>;
}

export interface IndexedImages {
  readonly images: readonly AnnotatedImage[];
  /** What was skipped of these images, if `AnnotationIndex.problems` does not list it already. */
  readonly problems: readonly string[];
}

/** Objects take a multiple of the text that they were parsed from. */
const OBJECTS_PER_BYTE = 4;

/** The index of a file that was read completely. `bytes`: the file's size. */
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
