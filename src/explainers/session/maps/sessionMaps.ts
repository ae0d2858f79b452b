import type { Call } from '../../contracts/call.ts';
import type { Agreement, AgreementRequest, ExplainRequest, Heatmap, ImageRequest } from '../../contracts/results.ts';
import { throwIfCancelled } from '../../errors.ts';
import { agreementOf, type Comparison } from '../agreement.ts';
import { needsScores } from '../agreementOptions.ts';
import { type Explained, explainClasses } from '../explainImage.ts';
import type { OpenImage, OpenImages } from '../openImages.ts';
import type { OpenModel } from '../openModels.ts';
import { predictImage } from '../predictImage.ts';
import { ComparedMaps } from './comparedMaps.ts';
import { KeptMaps } from './keptMaps.ts';
import type { ReadAnnotations } from './lastAnnotations.ts';
import { namedMaps, type WholeMaps, wholeMaps } from './namedMaps.ts';

/** Bytes of the maps that are kept, and of those on the image's pixels. */
const KEPT_MAPS = 128 * 2 ** 20;

/** The maps of a session: computed when first requested, kept for later requests, compared with annotations. */
export class SessionMaps {
  readonly #images: OpenImages;
  readonly #kept: KeptMaps;
  readonly #compared: ComparedMaps;

  constructor(images: OpenImages, bytes = KEPT_MAPS) {
    this.#images = images;
    this.#kept = new KeptMaps(bytes);
    this.#compared = new ComparedMaps(bytes);
  }

  /** The maps of a request, as far as they are kept; the others are computed. */
  explained(open: OpenModel, image: OpenImage, request: ExplainRequest, call: Call): Promise<Explained> {
    return this.#kept.explained(open, image, request, (missing) =>
      explainClasses(open, image, this.#images, missing, call),
    );
  }

  whole(open: OpenModel, image: OpenImage): WholeMaps {
    return wholeMaps(this.#kept.of(open, image), (request, call) => this.explained(open, image, request, call));
  }

  named(
    open: OpenModel,
    image: OpenImage,
    request: Pick<AgreementRequest, 'image' | 'model' | 'seed' | 'maps'>,
    call: Call,
  ): Promise<readonly Heatmap[]> {
    const explain = (again: ExplainRequest, of: Call) => this.explained(open, image, again, of);
    return namedMaps(request, this.#kept.of(open, image), explain, call);
  }

  /** How well maps agree with annotations, for each of the options. */
  async agreements(
    open: OpenModel,
    image: OpenImage,
    maps: readonly Heatmap[],
    { annotations: { annotations, states }, id }: ReadAnnotations,
    request: ImageRequest & Comparison,
    call: Call,
  ): Promise<readonly (readonly Agreement[])[]> {
    const { scores } = request.options.some(needsScores) ? await predictImage(open, image, this.#images, call) : {};
    throwIfCancelled(call.signal);
    return agreementOf(maps, { id, annotations, states, ...(scores && { scores }) }, request, this.#compared);
  }

  clear(): void {
    this.#kept.clear();
    this.#compared.clear();
  }
}
