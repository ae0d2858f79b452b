import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelCard } from '../contracts/card.ts';
import { ExplainError } from '../errors.ts';
import { ReadFiles } from '../files/fileStamp.ts';
import { openFileToRead } from '../files/plainFile.ts';
import { leadsOut, namesMachine, Reach } from '../files/reach.ts';
import type { Graph } from '../graph/graph.ts';
import { hasModelName, openModel } from '../importers/importers.ts';
import type { ExplainableModel } from '../method/method.ts';
import type { AsIs } from './asIs.ts';
import { type CardText, parseCardText } from './cardText.ts';
import { explainable } from './explainable.ts';
import type { Activation } from './head.ts';
import { readText } from './nearbyFiles.ts';
import type { OutputEvidence } from './outputEvidence.ts';
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
  /** Bytes of the model file. */
  readonly bytes: number;
  /** Where the graph does not show whether its output holds scores or logits: the model as some runs of it show it. */
  settle?(evidence: OutputEvidence): LoadedModel;
}

const isCard = (file: string) => /\.explain\.jsonc?$/i.test(file);

/**
 * Opens a model card, or a bare model whose card is inferred.
 * @param file absolute path
 * @param reach how far the card and links beside the model may lead
 * @param read gets every file that it is made from: card, model, weights beside it, labels
 * @throws ExplainError `card`, `model` or `unsupported`
 */
export async function loadModel(file: string, read = new ReadFiles(), reach = new Reach()): Promise<LoadedModel> {
  read.note(file);
  const within = reach.of(file);
  const card = { ...readCard(file, within), opening: read.note, within };
  read.note(card.model);
  const source = await openModel(card.model, read.note);
  const bytes = (await stat(card.model)).size;
  const loaded = (evidence?: OutputEvidence): LoadedModel => {
    const { card: resolved, undecided, ...parts } = explainable(source, card, evidence);
    return { card: resolved, source, ...parts, bytes, ...(undecided && !evidence && { settle: loaded }) };
  };
  return loaded();
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await openFileToRead(file);
  for await (const chunk of handle.createReadStream({ highWaterMark: 2 ** 20 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function readCard(file: string, within: readonly string[]): CardFile {
  if (!isCard(file)) return { model: file, path: null, text: null };
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
  if (namesMachine(card.fields.model)) throw otherMachine(card.at(['model']));
  const model = path.resolve(path.dirname(file), card.fields.model);
  // Weights are often kept in a store of their own; whatever else lies out of reach is not opened even to see that it is no model.
  if (!hasModelName(model) && leadsOut(model, within)) throw noModelName(card, within);
  return { model, path: file, text: card };
}

function noModelName(card: CardText, within: readonly string[]): ExplainError {
  return new ExplainError({
    kind: 'card',
    message: `The card's model '${card.fields.model}' leads out of ${within.join(', ')} and is no model file by its name, so it is not opened.`,
    subject: card.at(['model']),
    next: 'Correct the path (it is relative to the card), or copy the model beside the card; see docs/model-card.md.',
  });
}

function otherMachine(subject: string): ExplainError {
  return new ExplainError({
    kind: 'card',
    message: 'The card names a model on another machine, which is not opened.',
    subject,
    next: 'Copy the model beside the card, or open the card from that machine’s folder.',
  });
}
