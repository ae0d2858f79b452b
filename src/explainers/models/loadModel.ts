import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelCard } from '../contracts/card.ts';
import { ExplainError } from '../errors.ts';
import { ReadFiles } from '../files/fileStamp.ts';
import { hasModelEnding } from '../files/modelFiles.ts';
import { leadsOut, namesMachine, Reach } from '../files/reach.ts';
import type { Graph } from '../graph/graph.ts';
import { openModel } from '../importers/importers.ts';
import { savedModelFile } from '../importers/savedModel/savedModel.ts';
import { InputReader } from '../inputs/inputReader.ts';
import type { ExplainableModel } from '../method/method.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AsIs } from './asIs.ts';
import { type CardFields, type CardText, parseCardText } from './card/cardText.ts';
import { readText } from './card/nearbyFiles.ts';
import type { CardFile } from './card/resolveCard.ts';
import { settingsBeside } from './card/settingsBeside.ts';
import { explainable } from './explainable.ts';
import { NoInputEntries } from './imageInput.ts';
import { withLostValues } from './lostValues.ts';
import type { Activation } from './scores/head.ts';
import { NoClassScores } from './scores/noClassifier.ts';
import type { OutputEvidence } from './scores/outputEvidence.ts';

/** A model that is ready to be explained. */
export interface LoadedModel {
  readonly card: ModelCard;
  /** The graph of the file, unchanged. */
  readonly source: Graph;
  readonly model: ExplainableModel;
  /**
   * The graph for the model's scores, if `model` does not compute exactly its numbers (half precision, integers); null:
   * `model` does.
   */
  readonly asIs: AsIs | null;
  /** The floating types in which it computes, in words, if they are not just float32. */
  readonly computesIn: string | null;
  /** What people must know about every map of this model. */
  readonly notes: readonly string[];
  readonly activation: Activation;
  /** The logits' name in the model file. */
  readonly logits: string;
  /** Bytes of the model file. */
  readonly bytes: number;
  /** Where the values of further inputs are. */
  readonly inputs: InputReader;
  /** Values of the further inputs for runs without an image, by the graphs' inputs. */
  readonly standIns: ReadonlyMap<string, Tensor>;
  /** If the graph does not show whether its output holds scores or logits: the model as some of its runs show it. */
  settle?(evidence: OutputEvidence): LoadedModel;
}

const isCard = (file: string) => /\.explain\.jsonc?$/i.test(file);

/**
 * Opens a model card, or a bare model whose card is inferred.
 * @param file absolute path
 * @param reach how far the card and links next to the model may lead
 * @param read is called with every file it depends on: card, model, weights, labels
 * @throws ExplainError `card`, `model` or `unsupported`
 */
export async function loadModel(file: string, read = new ReadFiles(), reach = new Reach()): Promise<LoadedModel> {
  read.note(file);
  const within = reach.of(file);
  const named = readCard(file, within);
  const card = { ...named, opening: read.note, within, beside: settingsBeside(named.model, within, read.note) };
  read.note(card.model);
  const opened = await openModel(card.model, read.note);
  const { graph: source, from } = await withLostValues(opened, card.model, within, read.note);
  const bytes = (await stat(card.model)).size;
  const explained = (evidence?: OutputEvidence) => explainable(source, { ...card, valuesFrom: from }, evidence);
  const first = explained();
  const inputs = await InputReader.open(first.card.inputs ?? [], { within, note: read.note });
  const standIns = await inputs.standIns();
  const loaded = ({ card: resolved, undecided, ...parts }: ReturnType<typeof explained>): LoadedModel => {
    const settle = (evidence: OutputEvidence) => loaded({ ...explained(evidence), undecided: false });
    return { card: resolved, source, ...parts, bytes, inputs, standIns, ...(undecided && { settle }) };
  };
  return loaded(first);
}

/**
 * The card that a bare model needs if it has no class scores, but its outputs' shapes suggest how to make some; or if
 * it has further inputs.
 * @throws ExplainError what {@link loadModel} throws
 */
export async function suggestedCard(model: string, thrown: unknown): Promise<ModelCard> {
  if (!(thrown instanceof ExplainError) || isCard(model)) throw thrown;
  const source = await openModel(model);
  const file = { model, path: null, beside: settingsBeside(model, new Reach().of(model)) };
  let fields: Pick<CardFields, 'inputs' | 'output'> = {};
  for (;;) {
    const named = Object.keys(fields).length > 0;
    const text = named ? parseCardText(JSON.stringify({ model: path.basename(model), ...fields }), model) : null;
    try {
      return explainable(source, { ...file, text }).card;
    } catch (found) {
      const more = suggestionOf(found);
      const isNew = more && Object.keys(more).some((key) => !Object.hasOwn(fields, key));
      if (!isNew) throw thrown;
      fields = { ...fields, ...more };
    }
  }
}

function suggestionOf(found: unknown): Pick<CardFields, 'inputs' | 'output'> | undefined {
  if (found instanceof NoInputEntries) return { inputs: found.suggested };
  return found instanceof NoClassScores && found.suggested ? { output: found.suggested } : undefined;
}

function readCard(file: string, within: readonly string[]): CardFile {
  if (!isCard(file)) return { model: savedModelFile(file) ?? file, path: null, text: null };
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
  if (namesMachine(card.fields.model)) throw otherMachine(card.at(['model']));
  const named = path.resolve(path.dirname(file), card.fields.model);
  const model = savedModelFile(named) ?? named;
  // Weights are often kept in a separate store. Other files out of reach are not opened, not even to see that they are
  // not models.
  if (!hasModelEnding(model) && leadsOut(model, within)) throw noModelName(card, within);
  return { model, path: file, text: card };
}

function noModelName(card: CardText, within: readonly string[]): ExplainError {
  return new ExplainError({
    kind: 'card',
    message: `The card's model '${card.fields.model}' leads out of ${within.join(', ')} and is not named like a model file, so it is not opened.`,
    subject: card.at(['model']),
    next: 'Correct the path (it is relative to the card), or copy the model next to the card; see docs/model-card.md.',
  });
}

function otherMachine(subject: string): ExplainError {
  return new ExplainError({
    kind: 'card',
    message: 'The card names a model on another machine, which is not opened.',
    subject,
    next: 'Copy the model next to the card, or open the card from that machine’s folder.',
  });
}
