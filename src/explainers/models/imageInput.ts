import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ErrorReport, ExplainError } from '../errors.ts';
import { leadsOut } from '../files/reach.ts';
import type { Graph } from '../graph/graph.ts';
import { isFloat } from '../tensor/dtype.ts';
import { inputShape } from './card/inferCard.ts';
import type { InputFields } from './card/inputFields.ts';
import type { CardFile } from './card/resolveCard.ts';
import { isLost } from './lostValues.ts';

/** A model with further inputs that its card does not declare, and entries that a card may begin with. */
export class NoInputEntries extends ExplainError {
  readonly suggested: Readonly<Record<string, InputFields>>;

  constructor(report: ErrorReport, suggested: Readonly<Record<string, InputFields>>) {
    super(report);
    this.suggested = suggested;
  }
}

/**
 * The name of the input for the image: the one that the card's `inputs` do not declare.
 * @throws ExplainError `unsupported`; {@link NoInputEntries} if the card does not declare all others
 */
export function imageInput(graph: Graph, file: CardFile): string {
  const open = graph.inputs.filter((name) => !graph.constants.has(name));
  const shapeOf = (name: string) => graph.types.get(name)?.shape;
  const isImage = (name: string) => {
    const shape = shapeOf(name);
    const { layout, bands } = file.text?.fields.input ?? {};
    return shape?.length === 4 && inputShape(shape, layout, bands?.length) !== undefined;
  };
  const declared = file.text?.fields.inputs ?? {};
  const undeclared = open.filter((name) => !Object.hasOwn(declared, name));
  const images = undeclared.filter(isImage);
  const described = (names: readonly string[]) =>
    names.map((name) => `'${name}' [${shapeOf(name)?.join(', ') ?? '?'}]`).join(', ');
  const [name] = images.length === 1 ? images : undeclared.filter((each) => shapeOf(each)?.length === 4);
  if (undeclared.length > 1) {
    if (open.some(isLost)) throw lostInputs(open.length, described(open), file);
    const image = name ?? undeclared[0]!;
    const others = undeclared.filter((each) => each !== image);
    const entries = Object.fromEntries(others.map((each) => [each, suggested(each, graph, file)]));
    const certain = images.length === 1;
    throw new NoInputEntries(
      {
        kind: 'card',
        message: `The model has ${open.length} inputs, ${described(open)}. ${certain ? `The image is '${image}'; the card does not say what the others take` : 'The card does not say which of them is the image, and what the others take'}.`,
        subject: file.text?.at(['inputs']) ?? file.model,
        next: `Add to the model card: "inputs": ${JSON.stringify(entries)}${certain ? '' : ' (all but the image)'}, each with "from" (a table), "default", or values from --input; see docs/model-card.md.`,
      },
      entries,
    );
  }
  // With an unknown rank or unknown channels, the card's layout may decide.
  if (name !== undefined) return name;
  throw new ExplainError({
    kind: 'unsupported',
    message:
      open.length === 0
        ? 'The model has no input.'
        : undeclared.length === 0
          ? `The card declares all inputs of the model, ${described(open)}, as further inputs; none is left for the image.`
          : `The model's input ${described(undeclared)} is not an image: [1, channels, height, width] or [1, height, width, channels].`,
    subject: file.model,
    next:
      undeclared.length === 0 && open.length > 0
        ? 'Leave the image out of "inputs".'
        : 'Choose a model that classifies images.',
  });
}

const lostInputs = (count: number, described: string, { model }: CardFile) =>
  new ExplainError({
    kind: 'unsupported',
    message: `The model has ${count} inputs, ${described}, but some of them are values that its export has lost.`,
    subject: model,
    next: 'Keras\u2019 ONNX export turns values that it loses (those of a Normalization layer) into inputs. Open the model’s .keras file instead, or put it next to this one under the same name; or export a SavedModel and convert that with tf2onnx.',
  });

const VOCABULARIES = ['vocab.json', 'vocab.txt', 'vocabulary.json', 'vocabulary.txt'];

/** An entry without values: whoever opens the model gives them. */
function suggested(name: string, graph: Graph, file: CardFile): InputFields {
  const { dtype, shape } = graph.types.get(name) ?? { dtype: 'float32', shape: null };
  const length = shape?.at(-1);
  if (isFloat(dtype) || dtype === 'bool' || !shape || shape.length < 2 || length === 1) return { kind: 'number' };
  const folder = path.dirname(file.model);
  const find = (names: readonly string[]) =>
    names.find((each) => existsSync(path.join(folder, each)) && !leadsOut(path.join(folder, each), [folder, ...(file.within ?? [])])); // biome-ignore format: one line
  const tokenizer = find(['tokenizer.json']);
  const vocabulary = find(VOCABULARIES);
  const more = typeof length === 'string' ? { length: 64 } : {};
  if (tokenizer) return { kind: 'tokens', tokenizer, ...more };
  return vocabulary ? { kind: 'tokens', vocabulary, ...more } : { kind: 'number' };
}
