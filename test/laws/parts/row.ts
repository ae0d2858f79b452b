import type { AttributeInit } from '../../../src/explainers/graph/attributes.ts';
import type { Tensor } from '../../../src/explainers/tensor/tensor.ts';
import type { Draw } from './random.ts';

/** An input of an operator: floating numbers that the law differentiates by, or a tensor as it is (a constant). */
export type Input = Numbers | { readonly tensor: Tensor } | null;

export interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** A constant of the graph (a weight), though a number. */
  readonly constant?: boolean;
}

/** One call of an operator. */
export interface Case {
  readonly inputs: readonly Input[];
  readonly attributes?: AttributeInit;
  /** 1 unless said. */
  readonly outputs?: number;
}

/** A kind of call: drawn several times, each time checked by the law of gradients. */
export interface Row {
  readonly op: string;
  /** What this row is about; unique for its operator. */
  readonly about: string;
  readonly draw: (draw: Draw) => Case;
  /** float64 unless the engine lacks the operator (or one that its gradient uses) in double precision. */
  readonly dtype?: 'float32' | 'float64';
  /**
   * Half-width of the central difference; 1e-4 in float64, 1e-2 in float32. Anything does where the operator is linear.
   */
  readonly step?: number;
  /** Greatest error relative to the sum of magnitudes; 1e-6 in float64, 2e-3 in float32. */
  readonly tolerance?: number;
  /** Opset that the operator needs, where it is newer than the one we write. */
  readonly opset?: number;
}

export const numbers = (draw: Draw, shape: readonly number[], low = -1, high = 1): Numbers => ({
  shape,
  values: draw.values(shape, low, high),
});

export const constant = (draw: Draw, shape: readonly number[], low = -1, high = 1): Numbers => ({
  ...numbers(draw, shape, low, high),
  constant: true,
});

/** Numbers at least `gap` apart from each other and from 0, in random order: no ties, no kinks within a step. */
export function apart(draw: Draw, shape: readonly number[], gap = 0.1): Numbers {
  const count = shape.reduce((a, b) => a * b, 1);
  const ladder = Array.from({ length: count }, (_, i) => (i - Math.floor(count / 2) + 0.5) * gap);
  return { shape, values: draw.shuffled(ladder) };
}

/** Numbers with |x| in [low, high]. */
export function awayFromZero(draw: Draw, shape: readonly number[], low = 0.2, high = 1.5): Numbers {
  const values = draw.values(shape, low, high).map((value) => (draw.uniform() < 0.5 ? -value : value));
  return { shape, values };
}
