import { least } from '../../lists.ts';
import { int64, sizeOf } from '../../tensor/tensor.ts';
import type { Emit } from '../emit.ts';

/** A value whose axes have letters, all different. */
export interface Operand {
  readonly value: string;
  readonly letters: readonly string[];
  /** It does not depend on the image: a weight. */
  readonly constant: boolean;
}

type Sizes = ReadonlyMap<string, number>;

const product = (letters: readonly string[], sizes: Sizes) => sizeOf(letters.map((letter) => sizes.get(letter)!));

/**
 * An operand with one axis per letter: for a repeated letter the diagonal, and without the axes of length 1 that are
 * repeated for another operand.
 */
export function plainOperand(e: Emit, { value, letters, constant }: Operand, shape: readonly number[], sizes: Sizes) {
  let plain = value;
  const kept = [...new Set(letters)];
  if (kept.length < letters.length) {
    // If an index appears twice, its elements are as far apart as both of its steps together.
    const strides = new Map<string, number>();
    for (const [axis, letter] of letters.entries())
      strides.set(letter, (strides.get(letter) ?? 0) + sizeOf(shape.slice(axis + 1)));
    const own = kept.map((letter) => shape[letters.indexOf(letter)]!);
    const places = kept.reduce(
      (all, letter, i) =>
        all.flatMap((place) => Array.from({ length: own[i]! }, (_, at) => place + at * strides.get(letter)!)),
      [0],
    );
    const flat = e.reshape(plain, [sizeOf(shape)]);
    plain = e.op('Gather', [flat, e.b.constant(int64(places, own), 'diagonal')], { axis: 0 });
  }
  const stays = kept.filter((letter) => shape[letters.indexOf(letter)] === sizes.get(letter));
  if (stays.length < kept.length)
    plain = e.reshape(
      plain,
      stays.map((letter) => sizes.get(letter)!),
    );
  return { value: plain, letters: stays, constant };
}

/** The operand with its axes in the order of `letters`. */
export function ordered(e: Emit, operand: Operand, letters: readonly string[]): Operand {
  if (letters.join() === operand.letters.join()) return operand;
  const perm = letters.map((letter) => operand.letters.indexOf(letter));
  return { ...operand, letters, value: e.transpose(operand.value, perm) };
}

/** The operand summed over the letters that nothing else uses. */
export function summed(e: Emit, operand: Operand, wanted: readonly string[]): Operand {
  const axes = operand.letters.flatMap((letter, axis) => (wanted.includes(letter) ? [] : [axis]));
  if (axes.length === 0) return operand;
  const value = e.op('ReduceSum', [operand.value, e.ints(axes)], { keepdims: 0 });
  return { ...operand, value, letters: operand.letters.filter((letter) => wanted.includes(letter)) };
}

/** Two operands multiplied, and summed over the letters of both that nothing else uses. */
export function contracted(
  e: Emit,
  [first, second]: readonly [Operand, Operand],
  wanted: readonly string[],
  sizes: Sizes,
): Operand {
  const a = summed(e, first, [...wanted, ...second.letters]);
  const b = summed(e, second, [...wanted, ...first.letters]);
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const inner = shared.filter((letter) => !wanted.includes(letter));
  if (inner.length === 0) return elementwise(e, a, b, wanted, sizes);
  const batch = shared.filter((letter) => wanted.includes(letter));
  const place = ({ letters }: Operand) => {
    const at = letters.filter((letter) => !shared.includes(letter)).map((letter) => wanted.indexOf(letter));
    return least(at);
  };
  // Weights come second, as exporters write them; otherwise the order of the result decides.
  const turned = a.constant !== b.constant ? a.constant : place(b) < place(a);
  return matrices(e, turned ? [b, a] : [a, b], batch, inner, sizes);
}

/** A product of elements, with broadcasting: nothing is summed. */
function elementwise(e: Emit, a: Operand, b: Operand, wanted: readonly string[], sizes: Sizes): Operand {
  const letters = [...new Set(wanted)].filter((letter) => a.letters.includes(letter) || b.letters.includes(letter));
  const aligned = (operand: Operand) => {
    const own = ordered(
      e,
      operand,
      letters.filter((letter) => operand.letters.includes(letter)),
    );
    const from = letters.findIndex((letter) => own.letters.includes(letter));
    const rest = from < 0 ? [] : letters.slice(from);
    if (rest.length === own.letters.length) return own.value;
    return e.reshape(
      own.value,
      rest.map((letter) => (own.letters.includes(letter) ? sizes.get(letter)! : 1)),
    );
  };
  return { value: e.mul(aligned(a), aligned(b)), letters, constant: a.constant && b.constant };
}

/** A matrix product over `inner`, for each of `batch`. Several letters of one group form one axis of the matrices. */
function matrices(
  e: Emit,
  [a, b]: readonly [Operand, Operand],
  batch: readonly string[],
  inner: readonly string[],
  sizes: Sizes,
): Operand {
  const free = ({ letters }: Operand) => letters.filter((letter) => !batch.includes(letter) && !inner.includes(letter));
  const [rows, columns] = [free(a), free(b)];
  /** The axes of each group as a single axis; a group of one letter already is one. */
  const grouped = (operand: Operand, groups: readonly (readonly string[])[], outer: readonly string[]) => {
    const { value } = ordered(e, operand, [...outer, ...groups.flat()]);
    if (groups.every((group) => group.length === 1)) return value;
    const shape = [...outer.map((letter) => sizes.get(letter)!), ...groups.map((group) => product(group, sizes))];
    return e.reshape(value, shape);
  };
  // One matrix for all rows, a weight, so the rows keep their axes.
  const single = batch.length === 0 && rows.length > 0;
  const left = single ? grouped(a, [rows.slice(-1), inner], rows.slice(0, -1)) : grouped(a, [rows, inner], batch);
  const value = e.matmul(left, grouped(b, [inner, columns], batch));
  const letters = [...batch, ...rows, ...columns];
  const constant = a.constant && b.constant;
  if (columns.length === 1 && (single || rows.length === 1)) return { value, letters, constant };
  return {
    value: e.reshape(
      value,
      letters.map((letter) => sizes.get(letter)!),
    ),
    letters,
    constant,
  };
}
