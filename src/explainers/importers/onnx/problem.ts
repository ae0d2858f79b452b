import { ExplainError } from '../../errors.ts';

const EXPORT_AGAIN = 'Export or download the model again; onnx.checker says more about a broken file.';

/** The file violates the format. */
export function modelError(
  message: string,
  subject: string | undefined,
  next = EXPORT_AGAIN,
  cause?: unknown,
): ExplainError {
  return new ExplainError({ kind: 'model', message, subject, next }, { cause });
}

/** The file is valid, but contains something that our graphs cannot represent. */
export function unsupportedError(message: string, subject: string | undefined, next: string): ExplainError {
  return new ExplainError({ kind: 'unsupported', message, subject, next });
}
