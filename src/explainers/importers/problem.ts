import { ExplainError } from '../errors.ts';

/** The file breaks its format. */
export function damaged(
  message: string,
  subject: string | undefined,
  next = 'Save or download the model again.',
  cause?: unknown,
): ExplainError {
  return new ExplainError({ kind: 'model', message, subject, next }, { cause });
}

/** The file is sound, but holds something that cannot become a graph. */
export function unread(message: string, subject: string | undefined, next: string): ExplainError {
  return new ExplainError({ kind: 'unsupported', message, subject, next });
}

/** What an export can always do. */
export const BLACK_BOX =
  'LIME, SHAP, occlusion and RISE ask a model only for its answers, so they run on any export; the others need gradients of its operators.';

/** The way on for a Keras or TensorFlow model that holds a part which is not read. */
export const EXPORT_TO_ONNX =
  'Export the model to ONNX where it was made, and open that file: model.export("model.onnx", format="onnx", input_signature=[keras.InputSpec(shape=(None, height, width, 3))]).';
