import { type ErrorReport, ExplainError, errorReport } from '../../errors.ts';
import type { Arguments } from '../flags/flags.ts';
import { integer } from '../flags/runFlags.ts';

/** The time limit of one image. */
export class ImageTime {
  readonly #run: AbortSignal;
  readonly #seconds: number | undefined;

  constructor(args: Arguments, run: AbortSignal) {
    this.#run = run;
    this.#seconds = args.has('timeout') ? integer('--timeout', args.one('timeout')!, 1) : undefined;
  }

  /** In milliseconds; undefined: no limit. */
  get limit(): number | undefined {
    return this.#seconds === undefined ? undefined : Math.min(2 ** 31 - 1, 1000 * this.#seconds);
  }

  /**
   * Does the work of one image. Its signal fires at the end of the run, or of the image's time. The timer is our own:
   * what `AbortSignal.any` makes does not hold its sources, so the garbage collector takes an `AbortSignal.timeout`
   * among them, and the time never ends.
   */
  async within<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.limit === undefined) return job(this.#run);
    const image = new AbortController();
    const stop = () => image.abort(this.#run.reason);
    const late = () => image.abort(new DOMException('The time of the image is over.', 'TimeoutError'));
    const timer = setTimeout(late, this.limit);
    if (this.#run.aborted) stop();
    this.#run.addEventListener('abort', stop);
    try {
      return await job(image.signal);
    } finally {
      clearTimeout(timer);
      this.#run.removeEventListener('abort', stop);
    }
  }

  /** Why an image failed. Throws `cancelled` if the whole run was stopped. */
  failure(thrown: unknown, image: string): ErrorReport {
    const error = errorReport(thrown);
    if (error.kind !== 'cancelled') return error;
    if (this.#run.aborted || this.#seconds === undefined) throw thrown;
    return errorReport(
      new ExplainError({
        kind: 'engine',
        message: `The image took longer than ${this.#seconds} s, which is the limit of --timeout.`,
        subject: image,
        next: 'Allow more time with --timeout, or reduce the work: a faster method, fewer samples, fewer classes.',
      }),
    );
  }
}
