import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { fileOnDisk } from '../../explainers/files/inside.ts';
import { isModelName as isModelFileName, looksLikeModel, modelRank } from '../../explainers/files/modelFiles.ts';
import { readWholeFile } from '../../explainers/files/plainFile.ts';
import { append } from '../../explainers/lists.ts';
import { naturally } from '../images.ts';

const CARD = '.explain.json';
/** Folders next to the images where people keep models. */
const MODEL_FOLDERS = ['model', 'models', 'weights', 'checkpoints'];
const MAX_CARD_BYTES = 4 * 2 ** 20;
const MAX_LEVELS = 12;

/** The file is a model card or a model, judged by its name. */
export function isModelName(file: string): boolean {
  return isCard(file) || isModelFileName(file);
}

/**
 * Model cards and bare models for an image, best first: nearest folder first, walking up to `root`; within a folder,
 * cards before models, and without the models that a card names. Paths are absolute.
 */
export async function findModels(image: string, root: string | null): Promise<readonly string[]> {
  const found: string[] = [];
  let folder = path.dirname(fileOnDisk(image));
  for (let level = 0; level < MAX_LEVELS; level++) {
    append(found, await modelsIn(folder));
    for (const name of MODEL_FOLDERS) append(found, await modelsIn(path.join(folder, name)));
    const up = path.dirname(folder);
    if (root === null || folder === root || up === folder || !isWithin(folder, root)) break;
    folder = up;
  }
  const spokenFor = new Set(await Promise.all(found.filter(isCard).map(modelOf)));
  return [...new Set(found)].filter((file) => !spokenFor.has(file));
}

export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

async function modelsIn(folder: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(folder)).filter(isModelName).sort(naturally);
    const models = names.filter((name) => !isCard(name) && looksLikeModel(path.join(folder, name)));
    // The sort keeps the order of names within a format.
    const best = models.sort((a, b) => modelRank(a) - modelRank(b));
    return [...names.filter(isCard), ...best].map((name) => path.join(folder, name));
  } catch {
    return []; // the folder does not exist or cannot be read
  }
}

function isCard(file: string): boolean {
  return file.toLowerCase().endsWith(CARD);
}

/** The model that a card names; null if unknown, because faults in a card are reported when it is opened. */
async function modelOf(card: string): Promise<string | null> {
  try {
    const content: unknown = parse((await readWholeFile(card, MAX_CARD_BYTES)).toString('utf8'));
    if (typeof content !== 'object' || content === null || !('model' in content)) return null;
    return typeof content.model === 'string' ? path.resolve(path.dirname(card), content.model) : null;
  } catch {
    return null;
  }
}
