import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { openFileToRead } from '../files/plainFile.ts';
import type { Graph } from '../graph/graph.ts';
import { openModel } from '../importers/importers.ts';
import type { ExplainableModel } from '../methods/method.ts';
import type { AsIs } from './asIs.ts';
import type { ModelCard } from './card.ts';
import { parseCardText } from './cardText.ts';
import { explainable } from './explainable.ts';
import type { Activation } from './head.ts';
import { readText } from './nearbyFiles.ts';
import type { CardFile } from './resolveCard.ts';

/** A model that is ready to be explained. */
export interface LoadedModel {
  readonly card: ModelCard;
  /** As the file has it. */
  readonly source: Graph;
  readonly model: ExplainableModel;
  /** What gives the model's scores, where `model` does not compute its very numbers: half precision, integers; null: `model` does. */
  readonly asIs: AsIs | null;
  /** The floating types that it computes in, in words, where they are others than float32. */
  readonly computesIn: string | null;
  /** What people must know of every map of this model. */
  readonly notes: readonly string[];
  readonly activation: Activation;
  /** The logits' name in the model file. */
  readonly logits: string;
  /** The files it came from, and when they were written: another stamp means that it must be loaded again. */
  readonly stamp: string;
  /** Bytes of the model file. */
  readonly bytes: number;
}

const isCard = (file: string) => /\.explain\.jsonc?$/i.test(file);

/**
 * Opens a model card, or a bare model whose card is inferred.
 * @param file absolute path
 * @throws ExplainError `card`, `model` or `unsupported`
 */
export async function loadModel(file: string): Promise<LoadedModel> {
  const stamp = await stampOf(file);
  const card = readCard(file);
  const source = await openModel(card.model);
  const { card: resolved, ...parts } = explainable(source, card);
  return { card: resolved, source, ...parts, stamp, bytes: (await stat(card.model)).size };
}

/** When the card and its model were written last; changes whenever one of them does. */
export async function stampOf(file: string): Promise<string> {
  const files = [file];
  if (isCard(file)) {
    const card = readCard(file);
    files.push(card.model);
    const labels = card.text?.fields.labels;
    if (typeof labels === 'string') files.push(path.resolve(path.dirname(file), labels));
  }
  const stats = await Promise.all(files.map((each) => stat(each).catch(() => undefined)));
  return files.map((each, i) => `${each} ${stats[i]?.mtimeMs} ${stats[i]?.size}`).join('\n');
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await openFileToRead(file);
  for await (const chunk of handle.createReadStream({ highWaterMark: 2 ** 20 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function readCard(file: string): CardFile {
  if (!isCard(file)) {
    if (!/\.jsonc?$/i.test(file)) return { model: file, path: null, text: null };
    throw new ExplainError({
      kind: 'card',
      message: `'${path.basename(file)}' is neither a model card nor a model.`,
      subject: file,
      next: 'Model cards end in .explain.json; see docs/model-card.md.',
    });
  }
  const text = readText(file, 'card');
  if (text === undefined) {
    throw new ExplainError({
      kind: 'card',
      message: `There is no model card '${path.basename(file)}'.`,
      subject: file,
      next: 'Check the path.',
    });
  }
  const card = parseCardText(text, file);
  if (card.fields.inputs) {
    throw new ExplainError({
      kind: 'card',
      message: 'Models with further inputs beside the image ("inputs") cannot be explained yet.',
      subject: card.at(['inputs']),
      next: 'Use a model that takes the image alone.',
    });
  }
  return { model: path.resolve(path.dirname(file), card.fields.model), path: file, text: card };
}
