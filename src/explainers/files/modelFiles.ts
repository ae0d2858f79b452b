import { closeSync, readSync } from 'node:fs';
import path from 'node:path';
import { openFileToReadSync } from './plainFile.ts';

/** Endings of the files that models are opened from, without the dot; best first where a folder has several. */
export const MODEL_ENDINGS = ['onnx', 'keras', 'h5', 'hdf5'] as const;

/** Endings of PyTorch's files, without the dot: they are imported, not opened. */
export const PYTORCH_ENDINGS = ['pt', 'pth', 'pt2', 'safetensors'] as const;

/** What TensorFlow.js calls the file that describes a model. */
export const TFJS_NAME = 'model.json';

/** What TensorFlow calls the file of a SavedModel that holds its graph. */
export const SAVED_MODEL_NAME = 'saved_model.pb';

/** A glob for the names of models, and of cards. */
export const MODEL_GLOB = `{${[...MODEL_ENDINGS, 'explain.json'].map((ending) => `*.${ending}`).join(',')},${TFJS_NAME},${SAVED_MODEL_NAME}}`;

const ENDING = new RegExp(`\\.(${MODEL_ENDINGS.join('|')})$`, 'i');

/** The file ends as only models do: 'net.onnx'. */
export const hasModelEnding = (file: string): boolean => ENDING.test(file);

/** The file is a model by its name. */
export function isModelName(file: string): boolean {
  return hasModelEnding(file) || [TFJS_NAME, SAVED_MODEL_NAME].includes(path.basename(file));
}

/** A file next to a model, with its name and another ending: `net.explain.json` of `net.onnx`. */
export const besideModel = (model: string, ending: '.explain.json' | '.labels.txt'): string =>
  model.replace(/\.[^./\\]*$/, '') + ending;

/** Names that data sets have as well, or other programs’ files. */
const DOUBTFUL = /\.(?:h5|hdf5|json)$/i;
/** What the first bytes of the doubtful ones say where they are models. */
const SAYS_MODEL = /model_config|"modelTopology"|"weightsManifest"|"(?:layers|graph)-model"/;
const HEAD = 4096;

/** The file that nobody named is a model by its name, and where other files have such names too, by its first bytes. */
export function looksLikeModel(file: string): boolean {
  if (!isModelName(file)) return false;
  if (!DOUBTFUL.test(file)) return true;
  let descriptor: number;
  try {
    descriptor = openFileToReadSync(file);
  } catch {
    return false; // not ours to read
  }
  try {
    const head = Buffer.alloc(HEAD);
    return SAYS_MODEL.test(head.toString('latin1', 0, readSync(descriptor, head, 0, HEAD, 0)));
  } finally {
    closeSync(descriptor);
  }
}

/** Orders models of a folder: the formats that hold everything first. */
export function modelRank(file: string): number {
  const rank = MODEL_ENDINGS.findIndex((ending) => file.toLowerCase().endsWith(`.${ending}`));
  return rank < 0 ? MODEL_ENDINGS.length : rank;
}

/** How a model of TensorFlow becomes one that has gradients. */
export const SAVED_MODEL_WAYS =
  'Import it: “Import Model from Python…” in VS Code, or saliency-lens import FOLDER (see docs/import.md). Or in Keras 3: model.export("model.onnx", format="onnx", input_signature=[keras.InputSpec((1, 224, 224, 3))]) with the model’s size. Or: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx';
