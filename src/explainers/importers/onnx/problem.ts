import { ExplainError } from '../../errors.ts';

const EXPORT_AGAIN = 'Export or download the model again; onnx.checker says more about a broken file.';

/** The file breaks the format. */
export function modelError(
  message: string,
  subject: string | undefined,
  next = EXPORT_AGAIN,
  cause?: unknown,
): ExplainError {
  return new ExplainError({ kind: 'model', message, subject, next }, { cause });
}

/** The file is sound, but holds something that a graph of ours cannot. */
export function unsupportedError(message: string, subject: string | undefined, next: string): ExplainError {
  return new ExplainError({ kind: 'unsupported', message, subject, next });
}
