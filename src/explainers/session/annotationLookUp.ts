import { AnnotationStore } from '../annotations/store.ts';
import type { Call } from '../contracts/call.ts';
import type { AnnotationSource } from '../contracts/card.ts';
import type { AnnotationFiles, AnnotationRequest, CheckRequest } from '../contracts/results.ts';
import type { Reach } from '../files/reach.ts';
import { foldersOf } from './labels/leftOut.ts';
import { LastAnnotations, type ReadAnnotations } from './maps/lastAnnotations.ts';
import type { OpenModel } from './models/openModels.ts';
import type { OpenImage } from './openImages.ts';
import type { SessionOptions } from './options.ts';
import { sourcesOf } from './sources.ts';

/** Looks annotations up in the sources of a request, else in the card's, and keeps the last ones of each image. */
export class AnnotationLookUp {
  readonly store: AnnotationStore;
  readonly reach: Reach;
  readonly #last = new LastAnnotations();

  constructor({ workspace, onAnnotationsFound }: SessionOptions, reach: Reach) {
    this.reach = reach;
    this.store = new AnnotationStore({
      reach,
      ...(workspace && { workspace }),
      ...(onAnnotationsFound && { found: onAnnotationsFound }),
    });
  }

  sourcesOf(sources: AnnotationRequest['sources'], { card }: OpenModel): ReturnType<typeof sourcesOf> {
    return sourcesOf(sources, card, this.reach);
  }

  /** Those of many images: the same, and with `everyAnnotation` also what the sources leave out of these folders. */
  async sourcesIn(
    places: readonly string[],
    { sources, everyAnnotation }: Pick<CheckRequest, 'sources' | 'everyAnnotation'>,
    open: OpenModel | null,
  ): Promise<readonly AnnotationSource[]> {
    const named = open ? this.sourcesOf(sources, open) : (sources ?? []);
    return everyAnnotation && named.length > 0 ? [...named, ...(await foldersOf(places))] : named;
  }

  /** Looks the annotations of an image up now, even if some are kept. */
  now(open: OpenModel, image: OpenImage, request: AnnotationRequest, call: Call): Promise<ReadAnnotations> {
    const { labels, aliases } = open.card;
    const { ids, size } = image.image;
    const wanted = { path: request.image, ids, size, labels, aliases, sources: this.sourcesOf(request.sources, open) };
    return this.#last.lookUp(keyOf(open, image, request), (note) =>
      this.store.annotationsOf(wanted, call.signal, note),
    );
  }

  /** Those that were looked up last, unless their files have changed. */
  async last(open: OpenModel, image: OpenImage, request: AnnotationRequest, call: Call): Promise<ReadAnnotations> {
    return (await this.#last.get(keyOf(open, image, request))) ?? this.now(open, image, request, call);
  }

  /** The content of the files themselves. @param images paths of images that they may mention */
  survey(
    open: OpenModel,
    sources: AnnotationRequest['sources'],
    images: readonly string[],
    call: Call,
  ): Promise<AnnotationFiles> {
    const { labels, aliases } = open.card;
    return this.store.survey({ sources: this.sourcesOf(sources, open), labels, aliases, images }, call.signal);
  }

  /** Those of the changed files that may change an answer. */
  async changed(files: readonly string[]): Promise<readonly string[]> {
    const found: string[] = [];
    for (const file of files) if (await this.store.changed(file)) found.push(file);
    this.#last.clear();
    return found;
  }

  dispose(): void {
    this.#last.clear();
    this.store.dispose();
  }
}

function keyOf({ id, card }: OpenModel, { stamp }: OpenImage, { sources }: AnnotationRequest): string {
  return JSON.stringify([id, stamp, sources ?? card.annotations]);
}
