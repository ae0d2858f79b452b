import { readdirSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { ExplainError } from '../../errors.ts';
import { looksLikeModel } from '../../files/modelFiles.ts';
import { readWholeFileSync } from '../../files/plainFile.ts';
import { written } from '../../unseen.ts';
import type { Door } from '../verb.ts';
import type { Arguments } from './flags.ts';

const CARD = /\.explain\.jsonc?$/i;
/** Folders next to images where people keep models. */
const MODEL_FOLDERS = ['model', 'models', 'weights', 'checkpoints'];
/** How many folders above the images are searched; never those above the working folder. */
const LEVELS = 3;
const MAX_CARD_BYTES = 4 * 2 ** 20;
const LISTED = 10;

/**
 * The model of a run, absolute: that of `--model`, else the only one near the images, which is then reported.
 * @param places absolute paths of images, annotation files or folders
 * @throws ExplainError `usage` if there is none nearby, or several
 */
export function modelOf(args: Arguments, verb: string, places: readonly string[], terminal: Door): string {
  const named = args.one('model');
  if (named !== undefined) return path.resolve(terminal.cwd, named);
  const folders = new Set(places.map((place) => (isFolder(place) ? place : path.dirname(place))));
  const found = [...new Set([...folders].flatMap((folder) => nearest(folder, terminal.cwd)))];
  const [only] = found;
  if (only !== undefined && found.length === 1) {
    const what = CARD.test(only) ? 'model card' : 'model';
    terminal.stderr(`The model is ${written(near(only, terminal.cwd))}, the only ${what} near the images.\n`);
    return only;
  }
  const list = found.slice(0, LISTED).map((file) => near(file, terminal.cwd));
  throw new ExplainError({
    kind: 'usage',
    message:
      found.length === 0
        ? `${verb} needs a model, but there is none near the images.`
        : `${verb} needs a model, but there are several near the images: ${list.join(', ')}${found.length > LISTED ? ` and ${found.length - LISTED} more` : ''}.`,
    subject: '--model',
    next: 'Name it with --model CARD: a model card (NAME.explain.json) or a model file.',
  });
}

/** The cards of the nearest folder that has any, or its models; a model named by a card does not count separately. */
function nearest(start: string, cwd: string): readonly string[] {
  let folder = start;
  for (let level = 0; level <= LEVELS; level++) {
    const files = [folder, ...MODEL_FOLDERS.map((name) => path.join(folder, name))].flatMap(modelsIn);
    const cards = files.filter((file) => CARD.test(file));
    const spokenFor = new Set(cards.map(modelOfCard));
    const models = files.filter((file) => !CARD.test(file) && !spokenFor.has(file));
    if (cards.length + models.length > 0) return cards.length > 0 ? cards : models;
    const above = path.dirname(folder);
    if (folder === cwd || above === folder || above === os.homedir() || above === os.tmpdir()) break;
    folder = above;
  }
  return [];
}

function modelsIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => CARD.test(name) || looksLikeModel(path.join(folder, name)));
    return names.sort().map((name) => path.join(folder, name));
  } catch {
    return []; // the folder does not exist or cannot be read
  }
}

/** Null if unknown; a fault in a card is reported when it is opened. */
function modelOfCard(card: string): string | null {
  try {
    const content: unknown = parse(readWholeFileSync(card, MAX_CARD_BYTES).toString('utf8'));
    const model = (content as { readonly model?: unknown } | null)?.model;
    return typeof model === 'string' ? path.resolve(path.dirname(card), model) : null;
  } catch {
    return null;
  }
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

/** Below the working folder, relative to it. */
export function near(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
