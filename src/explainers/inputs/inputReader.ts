import path from 'node:path';
import {
  besideEnding,
  type FurtherInput,
  type GivenInputs,
  type InputField,
  type InputValue,
} from '../contracts/furtherInput.ts';
import { ExplainError, errorReport } from '../errors.ts';
import { leadsOut } from '../files/reach.ts';
import { plainText } from '../files/text.ts';
import { greatest, least } from '../lists.ts';
import { own } from '../tables.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';
import { baselineValues, type ComparedValue, noBaseline } from './baselines.ts';
import { type BesideFile, besideText, readBeside } from './beside.ts';
import { baselineNumbers, NoValue, numbersOf, valueTensor } from './encode.ts';
import { readInputFile } from './inputFiles.ts';
import { InputTable } from './inputTable.ts';
import { type TokenReader, tokensOf } from './tokenText.ts';
import { parseVocabulary } from './vocabulary.ts';

/** The values of a model's further inputs for one image, and the tensors that they become, by the graphs' inputs. */
export interface ReadInputs {
  readonly values: readonly InputValue[];
  readonly feeds: ReadonlyMap<string, Tensor>;
}

/** A value that was looked for, found or not. */
interface Sought {
  readonly value: InputValue;
  readonly problem?: ExplainError;
}

export interface InputFolders {
  /** Folders that the card's files, and links next to images, must stay within. */
  readonly within: readonly string[];
  /** Called with each file before it is read. */
  readonly note: (file: string) => void;
}

/** Finds the values of a model's further inputs. Tables are read once; a changed one makes another model. */
export class InputReader {
  readonly #inputs: readonly FurtherInput[];
  readonly #within: readonly string[];
  readonly #tables: ReadonlyMap<string, InputTable>;
  readonly #tokens: ReadonlyMap<string, TokenReader>;

  private constructor(
    inputs: readonly FurtherInput[],
    within: readonly string[],
    tables: ReadonlyMap<string, InputTable>,
    tokens: ReadonlyMap<string, TokenReader>,
  ) {
    this.#inputs = inputs;
    this.#within = within;
    this.#tables = tables;
    this.#tokens = tokens;
  }

  /**
   * Opens the tables and tokenizers of the inputs. A table that is missing or lacks a column is a problem of each image
   * only, because values may also be given.
   * @throws ExplainError `card` for a tokenizer, a default or a baseline that cannot be used
   */
  static async open(declared: readonly FurtherInput[], { within, note }: InputFolders): Promise<InputReader> {
    const inputs = declared.filter(({ kind }) => kind !== 'constant');
    const tables = new Map<string, InputTable>();
    const tokens = new Map<string, TokenReader>();
    for (const { from } of inputs) {
      if (!from || !('table' in from) || tables.has(from.table)) continue;
      note(from.table);
      const reading = inputs.filter((each) => each.from && 'table' in each.from && each.from.table === from.table);
      tables.set(from.table, await InputTable.open(from.table, reading));
    }
    for (const { name, tokens: told } of inputs) if (told) tokens.set(name, await tokenReader(told, within, note));
    const reader = new InputReader(inputs, within, tables, tokens);
    for (const input of inputs) if (input.kind === 'tokens') await reader.#checkOwn(input);
    return reader;
  }

  /** The values and where they are from; the first one that is missing or wrong is an error. */
  async read(image: string, given: GivenInputs = {}): Promise<ReadInputs> {
    const feeds = new Map<string, Tensor>();
    const values: InputValue[] = [];
    for (const { input, value, problem, tensor } of await this.#all(image, given)) {
      if (problem) throw problem;
      values.push(value);
      feeds.set(input.feed, tensor!);
    }
    return { values, feeds };
  }

  /** The values as a form shows them, with their problems. */
  async fields(image: string, given: GivenInputs = {}): Promise<readonly InputField[]> {
    const all = await this.#all(image, given);
    const without = Object.keys(given).length === 0 ? all : await this.#all(image, {});
    return all.map(({ input, value, problem }, i) => {
      const { text, source, origin } = without[i]!.value;
      return {
        ...value,
        kind: input.kind as InputField['kind'],
        ...(input.choices && { choices: Object.keys(input.choices) }),
        ...(origin !== null && { own: { text, source } }),
        ...(problem && { problem: errorReport(problem) }),
      };
    });
  }

  /**
   * The values with the neutral ones that they are compared with.
   * @param baselines as text by the inputs' names, instead of the card's: a value, or `mean` or `rows:N` of the table
   * @throws ExplainError as {@link read}; `usage` for an input without a baseline, or with one that cannot be used
   */
  async compared(
    image: string,
    given: GivenInputs,
    baselines: Readonly<Record<string, string>>,
    seed: number,
  ): Promise<readonly (ComparedValue & { readonly text: string })[]> {
    const compared: (ComparedValue & { readonly text: string })[] = [];
    for (const { input, problem, tensor, parts } of await this.#all(image, given)) {
      if (problem) throw problem;
      const text = own(baselines, input.name) ?? input.baseline;
      if (text === undefined) throw noBaseline(input);
      const { from } = input;
      const table = from && 'table' in from ? this.#tables.get(from.table)! : null;
      const encode = async (each: string) => (input.kind === 'tokens' ? (await this.#encode(input, each)).values : baselineNumbers(input, each)); // biome-ignore format: one line
      const values = await baselineValues(input, { text, table, encode, seed });
      const tensors = values.map((each) => valueTensor(input, each));
      compared.push({ input, tensor: tensor!, baselines: tensors, parts: parts!, text });
    }
    return compared;
  }

  /** The smallest and the largest value of a number in its table, with the image's own; null: no table has any. */
  async rangeOf(name: string, image: string): Promise<readonly [number, number] | null> {
    const input = this.#inputs.find((each) => each.name === name);
    if (!input?.from || !('table' in input.from)) return null;
    const texts = this.#tables.get(input.from.table)!.textsOf(input);
    const own = await this.fields(image);
    const values = [...texts, own.find((each) => each.name === name)?.text ?? ''].map(Number).filter(Number.isFinite);
    return values.length === 0 ? null : [least(values), greatest(values)];
  }

  /** Neutral values for runs without an image: the baselines, else the defaults, else zeros. */
  async standIns(): Promise<ReadonlyMap<string, Tensor>> {
    const feeds = new Map<string, Tensor>();
    for (const input of this.#inputs) {
      feeds.set(input.feed, valueTensor(input, await this.#standIn(input)));
    }
    return feeds;
  }

  async #standIn(input: FurtherInput): Promise<readonly number[]> {
    const { baseline, default: usual, kind, choices = {}, shape } = input;
    if (baseline !== undefined) return kind === 'tokens' ? (await this.#encode(input, baseline)).values : baselineNumbers(input, baseline); // biome-ignore format: one line
    if (usual !== undefined) return (await this.#encode(input, usual)).values;
    return Object.values(choices)[0] ?? Array.from({ length: sizeOf(shape) }, () => 0);
  }

  async #all(image: string, given: GivenInputs) {
    const files = new Map<string, BesideFile | undefined>();
    const unknown = Object.keys(given).find((name) => !this.#inputs.some((input) => input.name === name));
    if (unknown !== undefined) throw noInput(unknown, this.#inputs);
    const all: (Sought & {
      readonly input: FurtherInput;
      readonly tensor?: Tensor;
      readonly parts?: readonly string[];
    })[] = [];
    for (const input of this.#inputs) {
      const sought = await this.#sought(input, image, given, files);
      if (sought.problem || sought.value.text === null) {
        all.push({ input, ...sought });
        continue;
      }
      try {
        const { values, names, note } = await this.#encode(input, sought.value.text);
        all.push({
          input,
          value: { ...sought.value, ...(note !== undefined && { note }) },
          tensor: valueTensor(input, values),
          parts: names ?? (input.columns.length === values.length ? input.columns : values.map((_, i) => `${i + 1}`)),
        });
      } catch (thrown) {
        if (!(thrown instanceof NoValue)) throw thrown;
        all.push({ input, ...sought, problem: wrongValue(input, sought.value, image, thrown.message) });
      }
    }
    return all;
  }

  /** An input's text for an image: the user's, else of the file next to it, else of the table, else the default. */
  async #sought(
    input: FurtherInput,
    image: string,
    given: GivenInputs,
    files: Map<string, BesideFile | undefined>,
  ): Promise<Sought> {
    const { name, from } = input;
    const typed = own(given, name);
    if (typed !== undefined) return { value: { name, text: typed, origin: 'given', source: 'as given' } };
    try {
      const ending = besideEnding(input);
      if (!files.has(ending)) files.set(ending, await readBeside(image, ending, this.#within));
      const beside = files.get(ending);
      const text = beside && besideText(beside, input);
      if (beside && text !== undefined) {
        const { path: file, sha256 } = beside.file;
        return { value: { name, text, origin: 'beside', source: path.basename(file), file, sha256 } };
      }
      const cell = from && 'table' in from ? this.#tables.get(from.table)!.cellOf(image, input) : undefined;
      if (cell?.text !== undefined) {
        const { text, source, file, sha256 } = cell;
        return { value: { name, text, origin: 'table', source, file, sha256 } };
      }
      const why = cell?.why ?? `neither a table nor a file ${path.basename(image)}${ending} has one`;
      if (input.default === undefined) throw missing(input, image, why);
      const source = `the default of the card${cell ? `, because ${why}` : ''}`;
      return { value: { name, text: input.default, origin: 'default', source } };
    } catch (thrown) {
      if (!(thrown instanceof ExplainError)) throw thrown;
      return { value: { name, text: null, origin: null, source: '' }, problem: thrown };
    }
  }

  async #encode(
    input: FurtherInput,
    text: string,
  ): Promise<{ readonly values: readonly number[]; readonly names?: readonly string[]; readonly note?: string }> {
    const tokens = this.#tokens.get(input.name);
    return tokens ? tokensOf(input, text, tokens) : { values: numbersOf(input, text) };
  }

  /** Whether the card's own texts can be used; its numbers were checked with the card. */
  async #checkOwn(input: FurtherInput): Promise<void> {
    for (const text of [input.default, input.baseline]) {
      if (text === undefined) continue;
      try {
        await this.#encode(input, text);
      } catch (thrown) {
        if (!(thrown instanceof NoValue)) throw thrown;
        throw new ExplainError({
          kind: 'card',
          message: `The ${text === input.default ? 'default' : 'baseline'} of the input '${input.name}' ${thrown.message}`,
          subject: `inputs.${input.name}`,
          next: 'Correct it in the card; see docs/model-card.md.',
        });
      }
    }
  }
}

async function tokenReader(
  { by, file }: NonNullable<FurtherInput['tokens']>,
  within: readonly string[],
  note: (file: string) => void,
): Promise<TokenReader> {
  const text = async (name: string) => {
    note(name);
    const found = await readInputFile(name);
    return found && { text: plainText(found.bytes), sha256: found.sha256 };
  };
  const found = await text(file);
  if (!found) {
    throw new ExplainError({
      kind: 'card',
      message: `The ${by} '${path.basename(file)}' does not exist.`,
      subject: file,
      next: 'Correct the path in the card’s "inputs" (it is relative to the card).',
    });
  }
  if (by === 'vocabulary') return { by, vocabulary: parseVocabulary(found.text, file) };
  const settings = path.join(path.dirname(file), 'tokenizer_config.json');
  const config = leadsOut(settings, within) ? undefined : await text(settings);
  const key = `${file}\n${found.sha256}\n${config?.sha256 ?? ''}`;
  return { by, file, key, tokenizer: found.text, config: config?.text ?? null };
}

const columnOf = ({ columns }: FurtherInput) => columns.map((column) => `'${column}'`).join(', ');

function missing(input: FurtherInput, image: string, why: string): ExplainError {
  return new ExplainError({
    kind: 'image',
    message: `There is no value of the input '${input.name}' (column ${columnOf(input)}) for ${path.basename(image)}: ${why}.`,
    subject: image,
    next: `Add it there, give it with --input ${input.name}=VALUE or in the panel, or set a "default" in the card.`,
  });
}

function wrongValue({ name }: FurtherInput, { origin, source }: InputValue, image: string, why: string): ExplainError {
  if (origin === 'given') {
    return new ExplainError({
      kind: 'usage',
      message: `The value of the input '${name}' ${why}`,
      subject: name,
      next: 'Give another value, or none for the image’s own.',
    });
  }
  return new ExplainError({
    kind: 'image',
    message: `The value of the input '${name}' for ${path.basename(image)} (${source}) ${why}`,
    subject: image,
    next: 'Correct it there, or give it with --input or in the panel.',
  });
}

function noInput(name: string, inputs: readonly FurtherInput[]): ExplainError {
  const names = inputs.map((input) => input.name);
  return new ExplainError({
    kind: 'usage',
    message:
      names.length === 0
        ? `The model has no further input '${name}': the image is its only one.`
        : `The model has no further input '${name}'.`,
    subject: name,
    next: names.length === 0 ? 'Leave the value out.' : `Its further inputs are: ${names.join(', ')}.`,
  });
}
