// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what marks a binary format
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { isLfsPointer, LFS_PULL } from '../files/lfsPointer.ts';
import { SAVED_MODEL_WAYS } from '../files/modelFiles.ts';

interface OtherFormat {
  /** The file's first bytes as Latin-1 text, and its ending in lower case. */
  readonly is: (head: string, ending: string) => boolean;
  /** Follows the file's name: `… is a Keras model`. */
  readonly what: string;
  readonly next: string;
}

const begins = (pattern: RegExp) => (head: string) => pattern.test(head);
const ends =
  (...endings: readonly string[]) =>
  (_head: string, ending: string) =>
    endings.includes(ending);

/** Where Python can read what we cannot. */
const IMPORT =
  'Import it: “Import Model from Python…” in VS Code, or saliency-lens import FILE (see docs/import.md); or export it yourself with torch.onnx.export.';

const PYTORCH = {
  what: 'a PyTorch file, which holds Python objects and not a graph',
  next: IMPORT,
};

/** Model files of other formats, and files that are often mistaken for models; the first match names the file. */
const FORMATS: readonly OtherFormat[] = [
  { is: (head) => head.length === 0, what: 'not a model: it is empty', next: 'Export or download the model again.' },
  {
    is: begins(/^\x00+$/),
    what: 'not a model: it is full of zeros',
    next: 'Export or download the model again.',
  },
  {
    is: isLfsPointer,
    what: 'a Git LFS pointer, not the model itself',
    next: LFS_PULL,
  },
  {
    is: begins(/^[\s\xef\xbb\xbf]*<(?:!doctype html|html)/i),
    what: 'an HTML page, not a model',
    next: 'Download the model again; the page may have required a login, or linked to the file.',
  },
  { is: begins(/^PK\x03\x04[\s\S]*?(?:data\.pkl|\.format_version|byteorder|archive\/)/), ...PYTORCH },
  { is: (head, ending) => head.startsWith('PK\x03\x04') && /^\.(pt|pth|pt2|ckpt|bin)$/.test(ending), ...PYTORCH },
  {
    is: begins(/^PK\x03\x04/),
    what: 'a ZIP archive, not a model',
    next: 'Unpack it, or export the model to ONNX if it is a PyTorch file.',
  },
  { is: begins(/^\x80[\x02-\x05]/), ...PYTORCH },
  {
    is: begins(/^[\s\S]{4}TFL3/),
    what: 'a TensorFlow Lite model, which is not supported',
    next: 'Convert the original model with tf2onnx, or try: python -m tf2onnx.convert --tflite FILE --output model.onnx',
  },
  {
    is: begins(/^[\s\S]{4}ORTM/),
    what: 'a model in ONNX Runtime’s own format (.ort), which has no gradients left',
    next: 'Use the .onnx file that it was made from.',
  },
  {
    is: begins(/^[\s\S]{8}\{"/),
    what: 'a safetensors file, which holds weights and no graph',
    next: IMPORT,
  },
  { is: begins(/^GGUF/), what: 'a GGUF file, not an image classifier', next: 'Use an ONNX model.' },
  {
    is: begins(/^(?:ftrt|ptrt)/),
    what: 'a TensorRT engine, which runs on one kind of GPU only',
    next: 'Use the .onnx file that it was built from.',
  },
  {
    is: begins(/^\s*<\?xml[\s\S]*?<net\b/),
    what: 'an OpenVINO model, which is not supported',
    next: 'Use the .onnx file that it was converted from.',
  },
  {
    is: begins(/^[\s\xef\xbb\xbf]*<(?:\?xml|error)\b/i),
    what: 'an XML text, not a model',
    next: 'Download the model again; a server may have answered with an error.',
  },
  {
    is: begins(/^[\s\xef\xbb\xbf]*\{/),
    what: 'a JSON text, neither a model card nor a TensorFlow.js model',
    next: 'Give a model file, or a model card, whose name ends in .explain.json; see docs/model-card.md.',
  },
  {
    is: begins(/^(?:\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ)/),
    what: 'an archive, not a model',
    next: 'Unpack it, and give the model file in it.',
  },
  {
    is: ends('.mlmodel', '.mlpackage'),
    what: 'a Core ML model, which is not supported',
    next: 'Use an ONNX export of the original model.',
  },
  {
    is: ends('.pb', '.pbtxt'),
    what: 'a TensorFlow graph, which is not supported',
    next: `Convert its SavedModel folder. ${SAVED_MODEL_WAYS}`,
  },
];

/**
 * The error that names a file of another format; undefined if it may be a model that we read.
 * @param claimed one of our formats claims the content, so the file's extension alone decides nothing
 */
export function otherModel(head: Uint8Array, file: string, claimed: boolean): ExplainError | undefined {
  const text = Buffer.from(head).toString('latin1');
  const format = FORMATS.find(({ is }) => is(text, claimed ? '' : path.extname(file).toLowerCase()));
  if (!format) return undefined;
  const { what, next } = format;
  return new ExplainError({ kind: 'model', message: `${path.basename(file)} is ${what}.`, subject: file, next });
}

/** The same by the extension alone, because Core ML and TensorFlow files begin like ONNX files. */
export const otherModelByName = (file: string): ExplainError | undefined => otherModel(Buffer.from(' '), file, false);

/** What a path that is not a file leads to, in words that follow its name. */
export function whatPlace(place: string): string {
  const within = (name: string) => existsSync(path.join(place, name));
  return within('config.json')
    ? 'a folder of a timm or Hugging Face model, which holds weights and no graph'
    : 'not a file';
}

/** What helps there. */
export const nextForPlace = (place: string): string =>
  existsSync(path.join(place, 'config.json')) ? IMPORT : 'Export the model to ONNX, and use that file.';
