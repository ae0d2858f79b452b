import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { PYTORCH_ENDINGS, SAVED_MODEL_NAME } from '../files/modelFiles.ts';
import { readWholeFileSync } from '../files/plainFile.ts';
import { own } from '../tables.ts';
import { SAVED_MODEL_SCRIPT, SCRIPT } from './shipped.ts';

/** How the script loads a source. */
export type SourceKind = 'file' | 'function' | 'timm' | 'hf' | 'torchvision' | 'savedModel';

export interface Source {
  readonly kind: SourceKind;
  /** An absolute path, `module:function`, or a name. */
  readonly source: string;
  /** In words, for people. */
  readonly what: string;
  /** Where its export goes unless the user says otherwise; null: it is no file or folder. */
  readonly out: string | null;
}

const ALSO = ['bin', 'ckpt', 'tar'];

const NAMED = /^(timm|hf|torchvision):(.+)$/;
const FUNCTION = /^[^:]+:[A-Za-z_]\w*$/;

const LIBRARIES: ReadonlyMap<string, string> = new Map([
  ['timm', 'timm'],
  ['hf', 'Hugging Face'],
  ['torchvision', 'torchvision'],
]);

/**
 * What a source is, as people write it.
 * @throws ExplainError `usage` if it is nothing that can be imported
 */
export function sourceOf(text: string, folder: string): Source {
  const place = path.resolve(folder, text);
  if (existsSync(place)) return statSync(place).isDirectory() ? folderSource(place) : fileSource(place);
  const [, library, name] = NAMED.exec(text) ?? [];
  if (library !== undefined && name !== undefined) {
    const inside = path.resolve(folder, name);
    if (library !== 'torchvision' && existsSync(inside)) return folderSource(inside, library as SourceKind);
    const what = `the model ${name} of ${LIBRARIES.get(library)}`;
    return { kind: library as SourceKind, source: name, what, out: null };
  }
  if (FUNCTION.test(text)) return { kind: 'function', source: text, what: `the Python function ${text}`, out: null };
  throw new ExplainError({
    kind: 'usage',
    message: `There is no file or folder '${text}'.`,
    subject: text,
    next: 'Give a PyTorch file, a folder of timm, Hugging Face or TensorFlow, module:function, timm:NAME, hf:NAME or torchvision:NAME.',
  });
}

function fileSource(file: string): Source {
  if (path.basename(file) === SAVED_MODEL_NAME) return folderSource(path.dirname(file));
  const ending = path.extname(file).slice(1).toLowerCase();
  const beside = path.join(path.dirname(file), 'config.json');
  if (ending === 'safetensors' && existsSync(beside) && kindOfConfig(beside)) return folderSource(path.dirname(file));
  if ([...PYTORCH_ENDINGS, ...ALSO].includes(ending)) {
    const out = `${file.slice(0, -ending.length - 1)}.onnx`;
    return { kind: 'file', source: file, what: `the PyTorch file ${path.basename(file)}`, out };
  }
  throw new ExplainError({
    kind: 'usage',
    message: `${path.basename(file)} is not named like a PyTorch file.`,
    subject: file,
    next: `Give a file whose name ends in ${PYTORCH_ENDINGS.map((each) => `.${each}`).join(', ')}; other formats of models open directly.`,
  });
}

function folderSource(folder: string, wanted?: SourceKind): Source {
  const name = path.basename(folder);
  if (!wanted && existsSync(path.join(folder, SAVED_MODEL_NAME))) {
    const out = path.join(folder, 'model.onnx');
    return { kind: 'savedModel', source: folder, what: `the TensorFlow SavedModel ${name}`, out };
  }
  const kind = wanted ?? kindOfConfig(path.join(folder, 'config.json'));
  if (kind) {
    const out = path.join(folder, 'model.onnx');
    return { kind, source: folder, what: `the ${LIBRARIES.get(kind)} folder ${name}`, out };
  }
  throw new ExplainError({
    kind: 'usage',
    message: `The folder ${name} has neither a config.json of timm or Hugging Face nor a TensorFlow SavedModel (saved_model.pb).`,
    subject: folder,
    next: 'Choose the folder that holds config.json and the weights, the one that holds saved_model.pb, or a PyTorch file.',
  });
}

/** The script that exports a source. */
export const scriptOf = ({ kind }: Source): string => (kind === 'savedModel' ? SAVED_MODEL_SCRIPT : SCRIPT);

const MAX_CONFIG = 16 * 2 ** 20;

/** Whose config.json it is; undefined: neither's. */
function kindOfConfig(file: string): 'timm' | 'hf' | undefined {
  try {
    const config: unknown = JSON.parse(readWholeFileSync(file, MAX_CONFIG).toString('utf8'));
    if (typeof config !== 'object' || config === null) return undefined;
    if (own(config as Record<string, unknown>, 'architecture') !== undefined) return 'timm';
    return Object.hasOwn(config, 'model_type') || Object.hasOwn(config, 'architectures') ? 'hf' : undefined;
  } catch {
    return undefined; // not there, or not JSON
  }
}
