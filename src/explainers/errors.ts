import { errorText, subjectText } from './errorText.ts';

/**
 * What went wrong, in the terms of the person who must act on it. The kind decides the exit code and the panel's icon.
 */
export type ErrorKind =
  | 'usage' // the request itself: unknown flag, ambiguous class, parameter out of range
  | 'card' // the model card: a typo, a wrong type, 13 labels for 14 outputs
  | 'model' // the model file: truncated, not a model, external data outside its folder
  | 'unsupported' // a valid model that a method or an engine cannot handle
  | 'image' // the image file: not an image, truncated, too large
  | 'annotation' // an annotation file
  | 'engine' // the runtime refused or failed
  | 'memory' // it would not fit in memory
  | 'cancelled' // the user cancelled it
  | 'internal'; // our own bug

/** The plain-data form of an {@link ExplainError}: it crosses processes and goes to stdout and into the panel. */
export interface ErrorReport {
  readonly kind: ErrorKind;
  /** One sentence: what happened. */
  readonly message: string;
  /** The thing it happened to: a file, `file:line`, an operator, `node 'name'`, a parameter. */
  readonly subject?: string;
  /** One sentence: what to do next. */
  readonly next?: string;
}

/**
 * The only error that rooms of the core throw on purpose. The constructor makes its texts readable, whatever files put
 * into them. Never match on its text; match on `kind` and `subject`.
 */
export class ExplainError extends Error implements ErrorReport {
  override readonly name = 'ExplainError';
  readonly kind: ErrorKind;
  readonly subject?: string;
  readonly next?: string;

  constructor(report: ErrorReport, options?: ErrorOptions) {
    super(errorText(report.message), options);
    this.kind = report.kind;
    this.subject = report.subject === undefined ? undefined : subjectText(report.subject);
    this.next = report.next === undefined ? undefined : errorText(report.next);
  }
}

/**
 * Any thrown value as a report; anything but an {@link ExplainError} is a bug of ours, and the report says so.
 * @param subject what was being done, if the caller knows; otherwise the place in the code
 */
export function errorReport(thrown: unknown, subject?: string): ErrorReport {
  if (thrown instanceof ExplainError) {
    return { kind: thrown.kind, message: thrown.message, subject: thrown.subject, next: thrown.next };
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') return { kind: 'cancelled', message: 'Stopped.' };
  const message = errorText(thrown instanceof Error ? thrown.message || thrown.name : String(thrown));
  const place = subject ?? placeOf(thrown);
  return {
    kind: 'internal',
    message,
    subject: subjectText(place),
    next: 'This is a defect in Saliency Lens. Please report it with the log.',
  };
}

/** The innermost function of an error, from its stack. */
function placeOf(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const [, named] = /^[ \t]+at (?:async )?(?:new )?([\w.#$<>]+) \(/m.exec(stack) ?? [];
  return named ? `in ${named}` : 'in Saliency Lens';
}

/** Throws a `cancelled` error if the signal has fired; call it between batches. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ExplainError({ kind: 'cancelled', message: 'Stopped.' });
}
