import path from 'node:path';
import type { FurtherInput, InputSource } from '../contracts/furtherInput.ts';
import { ExplainError } from '../errors.ts';
import { leadsOut, namesMachine } from '../files/reach.ts';
import type { Dim, Graph } from '../graph/graph.ts';
import { baselineNumbers, NoValue, numbersOf, valueTensor } from '../inputs/encode.ts';
import { didYouMean } from '../suggest.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';
import { withFloatInput } from './asIs.ts';
import type { InputFields } from './card/inputFields.ts';
import type { CardFile } from './card/resolveCard.ts';

/** A model with the further inputs that its card declares; constants are part of the graph. */
export interface WithInputs {
  readonly graph: Graph;
  readonly inputs: readonly FurtherInput[];
  /** Shapes for one image, by the graph's inputs. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/**
 * The further inputs of a graph as the card declares them.
 * @param image name of the image input
 * @throws ExplainError `card`, `unsupported`
 */
export function withFurtherInputs(graph: Graph, image: string, file: CardFile): WithInputs {
  const entries = Object.entries(file.text?.fields.inputs ?? {});
  const names = graph.inputs.filter((name) => !graph.constants.has(name) && name !== image);
  const shapes = new Map<string, readonly number[]>();
  const inputs: FurtherInput[] = [];
  let current = graph;
  for (const [name, fields] of entries) {
    const at = (...where: string[]) => file.text!.at(['inputs', name, ...where]);
    if (!names.includes(name)) throw noInput(name, image, names, at());
    const input = declared(name, fields, graph, image, file, at);
    const cast = isFloat(graph.types.get(name)!.dtype)
      ? withFloatInput(current, name)
      : { graph: current, input: name };
    current = cast.graph;
    const own = { ...input, feed: cast.input };
    inputs.push(own);
    shapes.set(own.feed, own.shape);
    if (own.kind === 'constant') current = withConstant(current, own.feed, valueTensor(own, own.value!));
  }
  for (const { kind, feed } of inputs) if (kind === 'constant') shapes.delete(feed);
  return { graph: current, inputs, shapes };
}

function withConstant(graph: Graph, name: string, tensor: Tensor): Graph {
  return {
    ...graph,
    inputs: graph.inputs.filter((each) => each !== name),
    constants: new Map([...graph.constants, [name, tensor]]),
    types: new Map([...graph.types, [name, { dtype: tensor.dtype, shape: tensor.shape }]]),
  };
}

type At = (...where: string[]) => string;

function declared(
  name: string,
  fields: InputFields,
  graph: Graph,
  image: string,
  file: CardFile,
  at: At,
): FurtherInput {
  const { dtype } = graph.types.get(name)!;
  if (dtype === 'string') {
    throw new ExplainError({
      kind: 'unsupported',
      message: `The model's input '${name}' takes texts, which are not supported.`,
      subject: at(),
      next: 'Export the model with the numbers of the tokens as its input.',
    });
  }
  const columns = typeof fields.column === 'string' ? [fields.column] : (fields.column ?? [name]);
  const choices =
    fields.values && Object.fromEntries(Object.entries(fields.values).map(([key, value]) => [key, listOf(value)]));
  const counted = { ...fields, columns, choices };
  const shape = shapeOf(name, graph, image, counted, at);
  const input: FurtherInput = {
    name,
    feed: name,
    kind: fields.kind,
    dtype: isFloat(dtype) ? 'float32' : dtype,
    shape,
    columns,
    ...(choices && { choices }),
    ...(fields.kind === 'tokens' && { tokens: tokensOf(fields, file, at) }),
    ...(fields.from !== undefined && { from: sourceOf(fields, file, at) }),
    ...(fields.default !== undefined && { default: textOf(fields.default) }),
    ...(fields.baseline !== undefined && { baseline: textOf(fields.baseline) }),
    ...(fields.kind === 'constant' && { value: constantOf(fields.value!, sizeOf(shape), at) }),
  };
  if (fields.length !== undefined && fields.length !== shape.at(-1)) {
    throw misfit(name, `"length" is ${fields.length}`, shape, at('length'));
  }
  const wrong = Object.entries(choices ?? {}).find(([, values]) => values.length !== sizeOf(shape));
  if (wrong) throw misfit(name, `'${wrong[0]}' has ${wrong[1].length} numbers`, shape, at('values', wrong[0]));
  if (fields.kind === 'number' && columns.length > 1 && columns.length !== sizeOf(shape)) {
    throw misfit(name, `it has ${columns.length} columns`, shape, at('column'));
  }
  if (fields.kind !== 'tokens') checkNumbers(input, at);
  return input;
}

/** Whether numbers and names of a default, a baseline or a constant can be used. */
function checkNumbers(input: FurtherInput, at: At): void {
  for (const field of ['default', 'baseline'] as const) {
    const text = input[field];
    if (text === undefined) continue;
    try {
      (field === 'baseline' ? baselineNumbers : numbersOf)(input, text);
    } catch (thrown) {
      if (!(thrown instanceof NoValue)) throw thrown;
      throw new ExplainError({
        kind: 'card',
        message: `The ${field} of the input '${input.name}' ${thrown.message}`,
        subject: at(field),
        next: `The model takes ${input.dtype} of shape [${input.shape.join(', ')}]; see docs/model-card.md.`,
      });
    }
  }
}

const listOf = (value: number | readonly number[]) => (typeof value === 'number' ? [value] : value);
const textOf = (value: string | number | readonly number[]) =>
  typeof value === 'object' ? value.join(', ') : String(value);

function constantOf(value: NonNullable<InputFields['value']>, count: number, at: At): readonly number[] {
  const values = typeof value === 'object' ? value : [Number(value)];
  if (values.length === count) return values;
  if (values.length === 1) return Array.from({ length: count }, () => values[0]!);
  throw new ExplainError({
    kind: 'card',
    message: `The constant has ${values.length} numbers, but the model takes ${count}.`,
    subject: at('value'),
    next: 'Give one number per element, or one for all.',
  });
}

const misfit = (name: string, what: string, shape: readonly number[], subject: string) =>
  new ExplainError({
    kind: 'card',
    message: `The entry of the input '${name}' does not fit the model: ${what}, but the model takes [${shape.join(', ')}].`,
    subject,
    next: 'Give as many numbers as the model takes.',
  });

interface Counted extends InputFields {
  readonly columns: readonly string[];
  readonly choices: Readonly<Record<string, readonly number[]>> | undefined;
}

/** The shape for one image: the batch is 1, and one open axis may follow from the entry. */
function shapeOf(name: string, graph: Graph, image: string, fields: Counted, at: At): readonly number[] {
  const shape = graph.types.get(name)!.shape;
  if (!shape) {
    throw new ExplainError({
      kind: 'unsupported',
      message: `The model file does not say which shape its input '${name}' has.`,
      subject: at(),
      next: 'Export the model with the shapes of its inputs.',
    });
  }
  const batch = graph.types.get(image)?.shape?.[0];
  if (typeof batch === 'number' && batch > 1) {
    throw new ExplainError({
      kind: 'unsupported',
      message: `The model file fixes a batch of ${batch} images and has further inputs.`,
      subject: at(),
      next: 'Export the model with a batch of 1, or with an open one.',
    });
  }
  const isBatch = (axis: number, dim: Dim) =>
    axis === 0 && typeof dim === 'string' && (dim === batch || shape.length > 1 || typeof batch !== 'string');
  const closed = shape.map((dim, axis) => (isBatch(axis, dim) ? 1 : dim));
  const open = closed.filter((dim) => typeof dim === 'string');
  if (open.length === 0) return closed as number[];
  const count = open.length > 1 ? undefined : countOf(fields);
  if (count === undefined) {
    throw new ExplainError({
      kind: 'card',
      message: `The model file leaves the shape [${shape.join(', ')}] of the input '${name}' open.`,
      subject: at(),
      next:
        open.length > 1
          ? 'Export the model with the shapes of its inputs.'
          : fields.kind === 'tokens'
            ? 'Say with "length" how many tokens it takes.'
            : 'List one column per number it takes under "column".',
    });
  }
  return closed.map((dim) => (typeof dim === 'string' ? count : dim));
}

function countOf({ kind, length, columns, choices, value }: Counted): number | undefined {
  if (kind === 'tokens') return length;
  if (kind === 'number') return columns.length;
  if (kind === 'category') return Object.values(choices ?? {})[0]?.length;
  return Array.isArray(value) ? value.length : 1;
}

/** `*ENDING.json` means a file next to the image. */
const BESIDE = /^\*([^*\\/]*\.json)$/i;

function sourceOf({ from, key }: InputFields, file: CardFile, at: At): InputSource {
  const beside = BESIDE.exec(from!);
  if (beside) return { beside: beside[1]! };
  const table = within(from!, 'table', file, at('from'));
  return { table, key: key ?? keyOfOther(from!, file) };
}

/** The key that another input names for the same table. */
function keyOfOther(from: string, { text }: CardFile): string | null {
  const others = Object.values(text?.fields.inputs ?? {}).filter((each) => each.from === from);
  return others.find(({ key }) => key !== undefined)?.key ?? null;
}

function tokensOf(fields: InputFields, file: CardFile, at: At): NonNullable<FurtherInput['tokens']> {
  const { tokenizer, vocabulary } = fields;
  if ((tokenizer === undefined) === (vocabulary === undefined)) {
    throw new ExplainError({
      kind: 'card',
      message:
        tokenizer === undefined
          ? 'Nothing says how a text becomes tokens.'
          : 'Both a tokenizer and a vocabulary are given.',
      subject: at(),
      next: 'Name either a "tokenizer" (a tokenizer.json) or a "vocabulary".',
    });
  }
  return tokenizer === undefined
    ? { by: 'vocabulary', file: within(vocabulary!, 'vocabulary', file, at('vocabulary')) }
    : { by: 'tokenizer', file: within(tokenizer, 'tokenizer', file, at('tokenizer')) };
}

/** A file that the card names, by its absolute path. @throws ExplainError `card` if it leads out of its reach */
function within(name: string, what: string, { path: card, model, within: folders }: CardFile, subject: string): string {
  const target = path.resolve(path.dirname(card ?? model), name);
  if (!namesMachine(name) && !(folders && leadsOut(target, folders))) return target;
  throw new ExplainError({
    kind: 'card',
    message: `The ${what} '${name}' leads out of ${(folders ?? []).join(', ')}, so it is not read.`,
    subject,
    next: 'Copy it next to the card; see docs/model-card.md.',
  });
}

function noInput(name: string, image: string, names: readonly string[], subject: string): ExplainError {
  return new ExplainError({
    kind: 'card',
    message:
      name === image
        ? `The input '${name}' is the image, which "input" describes.`
        : `The model has no further input '${name}'.${didYouMean(name, names)}`,
    subject,
    next:
      names.length === 0
        ? 'Leave it out: the image is the model’s only input.'
        : `Its further inputs are: ${names.join(', ')}.`,
  });
}
