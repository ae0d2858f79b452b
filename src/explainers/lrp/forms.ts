import { ExplainError } from '../errors.ts';
import type { Emit } from '../ops/emit.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { InputForm, WeightForm } from './rule.ts';

type FormOf = (weight: number, gamma: number) => number;

/** Each weight form, element by element. */
const WEIGHTS: Readonly<Record<WeightForm, FormOf>> = {
  weight: (w) => w,
  positive: (w) => Math.max(w, 0),
  negative: (w) => Math.min(w, 0),
  squared: (w) => w * w,
  ones: () => 1,
  favourPositive: (w, gamma) => w + gamma * Math.max(w, 0),
  favourNegative: (w, gamma) => w + gamma * Math.min(w, 0),
};

/** A constant weight (or bias) in another form. Same dtype and shape. */
export function weightForm(weight: Tensor, form: WeightForm, gamma: number): Tensor {
  if (form === 'weight') return weight;
  const of = WEIGHTS[form];
  const from = weight.data as Float32Array;
  const to = new (from.constructor as Float32ArrayConstructor)(from.length);
  for (let i = 0; i < from.length; i++) to[i] = of(from[i]!, gamma);
  return { ...weight, data: to } as Tensor;
}

/** A constant with a number added to each element. */
export function raised(tensor: Tensor, by: number): Tensor {
  return { ...tensor, data: (tensor.data as Float32Array).map((element) => element + by) } as Tensor;
}

/** The bounds of the image's values, as names of values that broadcast to the model's input. */
export interface InputBounds {
  readonly low: string;
  readonly high: string;
}

/** An input in the form that a term requires. `nonNegative`: it is known to have no negative element. */
export function inputForm(
  e: Emit,
  input: string,
  shape: readonly number[],
  form: InputForm,
  nonNegative: boolean,
  bounds: InputBounds | null,
): string {
  if (form === 'input') return input;
  if (form === 'positive') return nonNegative ? input : e.op('Relu', [input]);
  if (form === 'negative') return e.op('Min', [input, 0]);
  if (form === 'ones') return e.expand(e.number(1), shape);
  const bound = bounds?.[form];
  if (bound === undefined) {
    throw new ExplainError({
      kind: 'unsupported',
      message: `LRP’s z𝓑 rule needs the bounds of '${input}', which is not computed from the image alone.`,
      subject: input,
      next: 'Choose another composite, or another rule for the first layer.',
    });
  }
  return e.expand(bound, shape);
}
