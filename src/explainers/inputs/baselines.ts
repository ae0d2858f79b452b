import path from 'node:path';
import type { FurtherInput } from '../contracts/furtherInput.ts';
import { ExplainError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { NoValue, numbersOf } from './encode.ts';
import type { InputTable } from './inputTable.ts';

/** A further input's value for an image, and the neutral values that it is compared with. */
export interface ComparedValue {
  readonly input: FurtherInput;
  readonly tensor: Tensor;
  readonly baselines: readonly Tensor[];
  /** What its elements are: tokens, columns. */
  readonly parts: readonly string[];
}

interface Place {
  readonly text: string;
  readonly table: InputTable | null;
  readonly encode: (text: string) => Promise<readonly number[]>;
  readonly seed: number;
}

/** More rows than anybody waits for: each runs the model once for every coalition. */
const MOST_ROWS = 1000;

/** The neutral values that a text means: one, or those of some rows. @throws ExplainError `usage` */
export async function baselineValues(
  input: FurtherInput,
  { text, table, encode, seed }: Place,
): Promise<readonly (readonly number[])[]> {
  const rows = /^rows:(\d{1,6})$/.exec(text.trim());
  try {
    if (rows) return await Promise.all(drawn(textsIn(input, table), Number(rows[1]), seed).map(encode));
    if (text.trim() === 'mean' && input.kind !== 'tokens') return [meanOf(input, textsIn(input, table))];
    return [await encode(text)];
  } catch (thrown) {
    if (!(thrown instanceof NoValue)) throw thrown;
    throw unusable(input, thrown.message);
  }
}

function textsIn(input: FurtherInput, table: InputTable | null): readonly string[] {
  const { from } = input;
  if (!table || !from || !('table' in from)) throw new NoValue('needs a table, and the card names none for it.');
  const texts = table.textsOf(input);
  if (texts.length === 0) throw new NoValue(`cannot be taken from ${path.basename(from.table)}, which has no values.`);
  return texts;
}

function meanOf(input: FurtherInput, texts: readonly string[]): readonly number[] {
  const rows = texts.map((text) => numbersOf({ ...input, dtype: 'float32' }, text));
  const means = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
  const whole = input.dtype === 'float32' || means.every(Number.isInteger);
  if (!whole) throw new NoValue(`cannot be the mean ${means.join(', ')}, because the model takes whole numbers.`);
  return means;
}

/** Rows spread evenly over the table, starting where the seed says, so that inputs of one table have the same rows. */
function drawn(texts: readonly string[], wanted: number, seed: number): readonly string[] {
  const count = Math.min(wanted, texts.length);
  if (count < 1 || wanted > MOST_ROWS) throw new NoValue(`takes 1 to ${MOST_ROWS} rows, not ${wanted}.`);
  return Array.from(
    { length: count },
    (_, i) => texts[(seed + Math.floor((i * texts.length) / count)) % texts.length]!,
  );
}

export const noBaseline = ({ name }: FurtherInput): ExplainError =>
  new ExplainError({
    kind: 'usage',
    message: `The input '${name}' has no baseline that its value could be compared with.`,
    subject: name,
    next: `Add "baseline" to its entry in the card, or give one with --param sources.${name}=VALUE (or mean, rows:20).`,
  });

const unusable = ({ name }: FurtherInput, why: string): ExplainError =>
  new ExplainError({
    kind: 'usage',
    message: `The baseline of the input '${name}' ${why}`,
    subject: name,
    next: 'Give a value of the input, or mean or rows:N of its table.',
  });
