import type { Call } from '../../contracts/call.ts';
import type {
  Agreement,
  AgreementRequest,
  ExplainRequest,
  Explanation,
  Heatmap,
  ImageRequest,
} from '../../contracts/results.ts';
import { errorReport, throwIfCancelled } from '../../errors.ts';
import { agreementOf, type Comparison } from '../agreement.ts';
import { needsScores } from '../agreementOptions.ts';
import { type Explained, explainClasses } from '../explainImage.ts';
import type { OpenModel } from '../models/openModels.ts';
import type { OpenImage, OpenImages } from '../openImages.ts';
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

  /**
   * The maps of a request, and how well they agree with the annotations.
   * @param lookUp gives the annotations; called only if there are maps
   */
  async explain(
    open: OpenModel,
    image: OpenImage,
    request: ExplainRequest,
    lookUp: () => Promise<ReadAnnotations>,
    call: Call,
  ): Promise<Explanation> {
    const sent = (maps: readonly Heatmap[]) => (request.channels ? maps : maps.map(withoutChannels));
    const { maps, failures } = await this.explained(open, image, request, {
      ...call,
      onProgress: (progress) =>
        call.onProgress?.(progress.maps ? { ...progress, maps: sent(progress.maps) } : progress),
    });
    if (maps.length === 0 && failures[0]) throw failures[0].error;
    if (maps.length === 0) return { maps, agreement: [] };
    call.onProgress?.({ stage: 'agree', message: 'Comparing with the annotations', fraction: null });
    const options = [request.agreement ?? {}];
    const [agreement] = await this.agreements(open, image, maps, await lookUp(), { ...request, options }, call);
    return {
      maps: sent(maps),
      ...(failures.length > 0 && {
        failures: failures.map(({ index, error }) => ({ index, error: errorReport(error) })),
      }),
      agreement: agreement!,
    };
  }

  whole(open: OpenModel, image: OpenImage): WholeMaps {
    return wholeMaps(this.#kept.of(open, image), (request, call) => this.explained(open, image, request, call));
  }

  named(
    open: OpenModel,
    image: OpenImage,
    request: Pick<AgreementRequest, 'image' | 'model' | 'against' | 'seed' | 'maps'>,
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
    const { scores } = request.options.some(needsScores)
      ? await predictImage(open.alone ?? open, image, this.#images, call)
      : {};
    throwIfCancelled(call.signal);
    return agreementOf(maps, { id, annotations, states, ...(scores && { scores }) }, request, this.#compared);
  }

  /** Forgets the maps of an image that will not be asked for again. */
  forget(image: string): void {
    this.#compared.forget(this.#kept.forget(image));
  }

  clear(): void {
    this.#kept.clear();
    this.#compared.clear();
  }
}

function withoutChannels(map: Heatmap): Heatmap {
  const { channels, ...rest } = map;
  return channels ? rest : map;
}
