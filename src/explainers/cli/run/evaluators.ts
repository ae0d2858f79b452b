import type { EvaluatedImage, EvaluateRequest } from '../../contracts/evaluation.ts';
import { ExplainError, errorReport } from '../../errors.ts';
import { isProcessEnd } from '../../protocol/processEnd.ts';
import type { Session } from '../../session.ts';
import type { ImageTime } from './imageTime.ts';

/** Images of one session at the same time: one is read and decoded while the model runs on the other. */
const OF_A_SESSION = 2;

interface Worker {
  readonly session: Session;
  images: number;
}

/** Several sessions, each in a process of its own, that evaluate images at the same time. */
export class Evaluators {
  readonly #open: () => Session;
  readonly #count: number;
  readonly #time: ImageTime;
  readonly #workers: Worker[];
  /** For images whose process ended, one after another: which of two images was the reason? */
  #alone: Promise<unknown> = Promise.resolve();
  #spare: Session | undefined;

  /** @param first a session that is open already */
  constructor(first: Session, count: number, open: () => Session, time: ImageTime) {
    this.#workers = [{ session: first, images: 0 }];
    this.#count = count;
    this.#open = open;
    this.#time = time;
  }

  /** How many images are worth asking for at the same time. */
  get width(): number {
    return OF_A_SESSION * this.#count;
  }

  /** Throws what `Session.evaluateImage` throws; the end of a process only for the image that is the reason. */
  async evaluate(request: EvaluateRequest, signal: AbortSignal): Promise<EvaluatedImage> {
    const worker = this.#free();
    worker.images++;
    try {
      return await this.#within(worker.session, request, signal);
    } catch (thrown) {
      const error = errorReport(thrown);
      // A process that was ended for one image took the other with it.
      const isLost = isProcessEnd(error) || error.kind === 'cancelled';
      if (!isLost || signal.aborted) throw thrown;
    } finally {
      worker.images--;
    }
    const again = this.#alone.then(() => {
      this.#spare ??= this.#open();
      return this.#within(this.#spare, request, signal);
    });
    this.#alone = again.catch(() => {});
    return again;
  }

  async dispose(): Promise<void> {
    for (const { session } of this.#workers) await session.dispose();
    await this.#spare?.dispose();
  }

  #within(session: Session, request: EvaluateRequest, signal: AbortSignal): Promise<EvaluatedImage> {
    return this.#time.within(async (limit) => {
      try {
        return await session.evaluateImage(request, { signal: AbortSignal.any([signal, limit]) });
      } catch (thrown) {
        throw limit.aborted ? new ExplainError(this.#time.failure(thrown, request.image)) : thrown;
      }
    });
  }

  /** The session with the fewest images; another one is opened if all are busy. */
  #free(): Worker {
    const least = this.#workers.reduce((a, b) => (b.images < a.images ? b : a));
    if (least.images === 0 || this.#workers.length >= this.#count) return least;
    const worker = { session: this.#open(), images: 0 };
    this.#workers.push(worker);
    return worker;
  }
}
