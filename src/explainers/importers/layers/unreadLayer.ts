import type { ExplainError } from '../../errors.ts';
import { own, table } from '../../tables.ts';
import { BLACK_BOX, EXPORT_TO_ONNX, unread } from '../problem.ts';
import type { Layer } from './topology.ts';

/** Layers that no file describes, and why. */
const REASONS = table<string>({
  Lambda: 'holds Python code, which is never run',
  TFSMLayer: 'stands for a TensorFlow SavedModel, which is in other files',
  TorchModuleWrapper: 'holds a PyTorch module, which is in no file of Keras',
  JaxLayer: 'holds Python code, which is never run',
  FlaxLayer: 'holds Python code, which is never run',
  KerasLayer: 'stands for a model of TensorFlow Hub, which is in other files',
});

/** The error that names a layer without an entry. */
export function unreadLayer({ className, name, module }: Layer): ExplainError {
  const reason = own(REASONS, className);
  const custom = className.includes('>') || (module !== '' && !/^(keras|tf_keras|tensorflow)\b/.test(module));
  const what =
    reason ?? (custom ? 'is a class of your own, and its Python code is not in the file' : 'is not read yet');
  return unread(`Layer '${name}' (${className}) ${what}.`, name, `${EXPORT_TO_ONNX} ${BLACK_BOX}`);
}
