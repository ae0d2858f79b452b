import { LRUCache } from 'lru-cache';
import type { Call } from '../contracts/call.ts';
import type { Glance, GlanceRequest, Seen } from '../contracts/glance.ts';
import { errorReport, throwIfCancelled } from '../errors.ts';
import type { Image } from '../images/image.ts';
import { encodeJpeg, reduced } from '../images/thumbnail.ts';
import type { Method } from '../method/method.ts';
import { resolveParameters } from '../method/parameterValues.ts';
import { methods } from '../methods/methods.ts';
import { own } from '../tables.ts';
import { bestScores } from './bestScores.ts';
import { explainClasses } from './explainImage.ts';
import { boundModel } from './models/boundInputs.ts';
import type { OpenModel } from './models/openModels.ts';
import { type OpenImage, shownImage } from './openImages.ts';
import type { Opening } from './opening.ts';
import { withHeatmap } from './overlay.ts';
import { predictImage } from './predictImage.ts';
import { whyNot } from './whyNot.ts';

const KEPT = 64;
/** Of each of the two pictures: as text, both must be less than the 100,000 characters that VS Code shows. */
const MOST_BYTES = 32_000;
/** Larger pictures are no glances. */
const LONGEST = 512;

/** Glances at images: made once for each image, model and size, as their files are now. */
export class Glances {
  readonly #kept = new LRUCache<string, Glance>({ max: KEPT });
  readonly #opening: Opening;

  constructor(opening: Opening) {
    this.#opening = opening;
  }

  /** Throws `image`; what is wrong with the model is part of the result. */
  async of(request: GlanceRequest, call: Call): Promise<Glance> {
    const image = await this.#opening.images.open(request.image, call.signal);
    const side = Math.max(1, Math.min(LONGEST, Math.round(request.side)));
    let model: OpenModel | null = null;
    let failed: unknown;
    if (request.model !== null) {
      try {
        model = await this.#opening.model(request.model, call);
      } catch (thrown) {
        failed = thrown;
      }
      throwIfCancelled(call.signal);
    }
    const key = JSON.stringify([image.stamp, model?.id ?? null, side]);
    const known = failed === undefined ? this.#kept.get(key) : undefined;
    if (known) return known;
    const small = await reduced(shownImage(image, model?.card.input.show), side);
    const seen = model ? await this.#seen(model, image, small, call) : null;
    const glance: Glance = {
      image: request.image,
      size: image.image.size,
      format: image.image.format,
      picture: await encodeJpeg(small.data as Uint8Array, small.size, MOST_BYTES),
      shown: small.size,
      seen: failed === undefined ? seen : { error: errorReport(failed) },
    };
    throwIfCancelled(call.signal);
    if (failed === undefined && !(seen && 'error' in seen)) this.#kept.set(key, glance);
    return glance;
  }

  clear(): void {
    this.#kept.clear();
  }

  async #seen(unbound: OpenModel, image: OpenImage, small: Image, call: Call): Promise<Seen> {
    try {
      const open = await boundModel(unbound, { image: image.source.path });
      const { scores } = await predictImage(open, image, this.#opening.images, call);
      const best = bestScores(scores);
      const method = quickMethod(open);
      const [top] = best;
      if (!method || !top) return { best, overlay: null, method: null };
      const request = { image: image.source.path, model: open.card.model, method: method.id, classes: [top.index] };
      const { maps } = await explainClasses(open, image, this.#opening.images, request, call);
      const [map] = maps;
      if (!map) return { best, overlay: null, method: null };
      const over = withHeatmap(small, map, method.relative ?? false);
      const overlay = await encodeJpeg(over, small.size, MOST_BYTES);
      return { best, overlay, method: method.title };
    } catch (thrown) {
      throwIfCancelled(call.signal);
      return { error: errorReport(thrown) };
    }
  }
}

/** The first method that needs a moment and runs on the model with the card's parameters: mostly Grad-CAM. */
function quickMethod(open: OpenModel): Method | undefined {
  return [...methods.values()].find((method) => {
    if (method.slow) return false;
    try {
      return !whyNot(method, open.model, resolveParameters(method, own(open.card.explain, method.id) ?? {}));
    } catch {
      return false; // the card's parameters are invalid, which the panel says
    }
  });
}
