import type { Consent, ImportAnswer } from '../contracts/importing.ts';
import { ExplainError } from '../errors.ts';
import { own, table } from '../tables.ts';
import type { Ended, Line } from './child.ts';
import type { Source } from './source.ts';

/** What the script found out, in addition to the files that it wrote. */
export interface Exported {
  /** What the model says of itself: metadata of timm, Hugging Face or torchvision, labels, size. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly compare: readonly { readonly batch: number; readonly image: number[]; readonly logits: number[] }[];
  /** How far the model's own numbers are from those in double precision, as a share of the largest. */
  readonly noise: number;
  readonly notes: readonly string[];
}

/** What Python's package index calls packages that are imported under another name. */
const PACKAGES = table<string>({
  cv2: 'opencv-python',
  PIL: 'pillow',
  sklearn: 'scikit-learn',
  skimage: 'scikit-image',
  yaml: 'pyyaml',
  torch: 'torch onnx onnxscript',
  tensorflow: 'tensorflow tf2onnx',
  onnx: 'onnx onnxscript',
  onnxscript: 'onnx onnxscript',
  pytorch_lightning: 'pytorch-lightning',
  segmentation_models_pytorch: 'segmentation-models-pytorch',
});

/** Packages that the script itself asks for. */
const OURS = new Set([
  'torch',
  'onnx',
  'onnxscript',
  'timm',
  'transformers',
  'torchvision',
  'safetensors',
  'numpy',
  'tensorflow',
  'tf2onnx',
  'keras',
]);

type Fault = Pick<ExplainError, 'kind' | 'message'> & { readonly next: string };

/** What an error means, by where the script was. */
const STAGES = table<(what: string, error: string, library: string) => Fault>({
  load: (what, error) => ({
    kind: 'model',
    message: `Python cannot load ${what}: ${error}`,
    next: 'Check that this interpreter loads it in your own code, in the same folder.',
  }),
  run: (what, error) => ({
    kind: 'model',
    message: `The model of ${what} does not run on an image: ${error}`,
    next: 'Give the height and width of its input (--size HxW), and check that its only input is the image.',
  }),
  export: (what, error, library) => ({
    kind: 'unsupported',
    message: `${library} cannot export ${what}: ${error}`,
    next: 'Change the part that it names, such as a branch that depends on the values of the image, and import it again.',
  }),
});

/**
 * What the last line of the script means.
 * @throws ExplainError if it failed, or ended without one
 */
export function outcomeOf(
  last: Line | undefined,
  { code, printed }: Ended,
  source: Source,
  python: string,
): Exported | Extract<ImportAnswer, { kind: 'ask' }> {
  if (last && own(last, 'done')) return last['done'] as Exported;
  const found = Array.isArray(last?.['found']) ? last['found'].map(String) : [];
  const ask = last && own(ASKS, String(last['ask']));
  if (ask) return { kind: 'ask', ask: last['ask'] as Consent, why: ask(source.what, found) };
  if (typeof last?.['missing'] === 'string') throw missing(last['missing'], python);
  if (typeof last?.['error'] === 'string') {
    const { next } = last;
    const stage = own(STAGES, String(last['stage'])) ?? STAGES['load']!;
    // The script's own sentences say what helps.
    const fault: Fault =
      typeof next === 'string'
        ? { kind: 'model', message: last['error'], next }
        : stage(source.what, full(last['error']), libraryOf(source));
    throw new ExplainError({ ...fault, subject: source.source, next: fault.next });
  }
  const line = printed.trim().split('\n').at(-1)?.trim();
  throw new ExplainError({
    kind: 'engine',
    message: `Python ended without a result (${code === null ? 'it was killed' : `exit code ${code}`})${line ? `: ${full(line)}` : '.'}`,
    subject: python,
    next:
      code === null
        ? 'Close other programs, because the system kills processes when memory runs out; or choose a smaller model.'
        : `Choose an interpreter of Python 3.9 or newer, with ${libraryOf(source)}.`,
  });
}

const libraryOf = ({ kind }: Source) => (kind === 'savedModel' ? 'TensorFlow' : 'PyTorch');

const full = (sentence: string) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

/** Why the user is asked, by what is asked. */
const ASKS = table<(what: string, found: readonly string[]) => string>({
  pickle: (what, found) =>
    `${first(what)} is a pickle of Python objects and not only of weights: loading it runs code that it names${named(found)}. Agree only if you trust whoever made it.`,
  download: (what, found) =>
    `${first(what)} is not on this machine: Python would download it from ${found.join(', ') || 'the network'}.`,
  function: (what, found) => `${first(what)} holds only weights (${found.join(', ')}), not the code of the model.`,
});

const SHOWN = 4;

function named(found: readonly string[]): string {
  // What is not PyTorch's own comes first, because that is what to look at.
  const sorted = [...found].sort((a, b) => Number(a.startsWith('torch.')) - Number(b.startsWith('torch.')));
  if (sorted.length === 0) return '';
  const rest = sorted.length - SHOWN;
  return ` (${sorted.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''})`;
}

const first = (what: string) => what.charAt(0).toUpperCase() + what.slice(1);

function missing(name: string, python: string): ExplainError {
  const [top = name] = name.split('.');
  const install = `${quoted(python)} -m pip install ${own(PACKAGES, top) ?? top}`;
  if (OURS.has(top)) {
    return new ExplainError({
      kind: 'usage',
      message: `The Python package ${top} is missing in ${python}.`,
      subject: top,
      next: `Install it: ${install}; or choose another interpreter.`,
    });
  }
  return new ExplainError({
    kind: 'usage',
    message: `Python finds no module '${name}', which the model needs.`,
    subject: name,
    next: `Start the import in the folder that holds ${top}.py, or install the package: ${install}.`,
  });
}

const quoted = (python: string) => (/\s/.test(python) ? `"${python}"` : python);
