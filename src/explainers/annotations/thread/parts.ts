import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import type { ParsePart } from './tasks.ts';

/** Images and annotations that are received in some milliseconds. */
const MOST = 5000;

/** The images in parts of about the same work for the side that receives them. */
export function* partsOf(images: readonly AnnotatedImage[], most = MOST): Generator<ParsePart> {
  let part: AnnotatedImage[] = [];
  let continues = false;
  let weight = 0;
  for (const image of images) {
    for (let from = 0, first = true; first || from < image.annotations.length; first = false) {
      if (weight >= most) {
        yield { images: part, continues };
        [part, weight, continues] = [[], 0, !first];
      }
      const annotations = image.annotations.slice(from, from + most - weight);
      part.push({ ...image, annotations });
      weight += 1 + annotations.length;
      from += annotations.length;
    }
  }
  if (part.length > 0) yield { images: part, continues };
}

/** The images that the parts were made of. */
export class Joined {
  readonly images: AnnotatedImage[] = [];
  /** The annotations of the last image. */
  #last: Annotation[] = [];

  add({ images, continues }: ParsePart): void {
    for (const [i, image] of images.entries()) {
      if (i > 0 || !continues) {
        this.#last = [];
        this.images.push({ ...image, annotations: this.#last });
      }
      for (const annotation of image.annotations) this.#last.push(annotation);
    }
  }
}
