import type { FurtherInput } from '../contracts/furtherInput.ts';
import { didYouMean } from '../suggest.ts';
import { own } from '../tables.ts';
import { allocate, integerRange, type NumericDType, tensorOf } from '../tensor/dtype.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';

/** A text that is no value of an input, in words that follow “the value of 'age'”: 'is not a number'. */
export class NoValue extends Error {}

/** The elements of a number or a category. @throws NoValue */
export function numbersOf(input: FurtherInput, text: string): readonly number[] {
  const count = sizeOf(input.shape);
  if (input.kind === 'category') {
    const chosen = own(input.choices, text.trim());
    if (chosen) return chosen as readonly number[];
    const names = Object.keys(input.choices ?? {});
    throw new NoValue(`is ${quoted(text)}, not one of ${names.slice(0, 12).join(', ')}.${didYouMean(text, names)}`);
  }
  return elements(text, count, input.dtype as NumericDType);
}

/** The elements of a baseline. That of a category may also be numbers, such as a mean, which no image has. */
export function baselineNumbers(input: FurtherInput, text: string): readonly number[] {
  const isNumber = input.kind === 'category' && !own(input.choices, text.trim());
  return numbersOf(isNumber ? { ...input, kind: 'number' } : input, text);
}

/** A value as a tensor of the input's type and shape. */
export function valueTensor({ dtype, shape }: FurtherInput, values: readonly number[]): Tensor {
  const type = dtype as NumericDType;
  const data = allocate(type, values.length);
  for (const [i, value] of values.entries())
    data[i] = data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(value) : value;
  return tensorOf(type, shape, data);
}

function elements(text: string, count: number, dtype: NumericDType): readonly number[] {
  const words = text
    .trim()
    .replace(/^\[|\]$/g, '')
    .split(/[\s,;]+/)
    .filter((word) => word !== '');
  if (words.length !== count) {
    throw new NoValue(count === 1 ? `is ${quoted(text)}, not a number.` : `has ${words.length} numbers, not ${count}.`);
  }
  return words.map((word) => element(word, dtype));
}

const BOOLEANS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
]);

function element(word: string, dtype: NumericDType): number {
  const value = BOOLEANS.get(word.toLowerCase()) ?? Number(word);
  // Infinity and what float32 cannot hold would make every score NaN.
  if (!Number.isFinite(value) || !Number.isFinite(Math.fround(value)))
    throw new NoValue(`is ${quoted(word)}, not a number.`);
  if (dtype === 'float32') return value;
  const range = dtype === 'bool' ? ([0n, 1n] as const) : integerRange(dtype);
  if (!Number.isSafeInteger(value)) throw new NoValue(`is ${word}, not a whole number.`);
  if (BigInt(value) < range[0] || BigInt(value) > range[1]) {
    throw new NoValue(`is ${word}, but the model takes ${range[0]} to ${range[1]}.`);
  }
  return value;
}

const LONGEST = 60;
const quoted = (text: string) => `'${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}'`;
