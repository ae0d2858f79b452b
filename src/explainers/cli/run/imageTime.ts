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

  /** The signal that stops the image about to be started: at the end of the run, or of its time. */
  begin(): AbortSignal {
    return this.limit === undefined ? this.#run : AbortSignal.any([this.#run, AbortSignal.timeout(this.limit)]);
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
