/** How a term reads the layer's input. `low` and `high` are the bounds of the input's values (zBox), per channel. */
export type InputForm = 'input' | 'positive' | 'negative' | 'ones' | 'low' | 'high';

/** How a term reads a weight: unchanged, one sign only, w², 1, or w + γ·w⁺ and w + γ·w⁻. */
export type WeightForm = 'weight' | 'positive' | 'negative' | 'squared' | 'ones' | 'favourPositive' | 'favourNegative';

/** How a term reads the bias: in the same form as the weight, or not at all. */
export type BiasForm = 'asWeight' | 'none';

/** One summand of a rule's denominator: sign · op(input, weight) (+ bias). */
export interface Term {
  readonly input: InputForm;
  readonly weight: WeightForm;
  readonly bias: BiasForm;
  readonly sign: 1 | -1;
}

/**
 * Terms that share one denominator z. Of the relevance R of an output, this group spreads `share`·R where the plain
 * output has the sign in `where`: R_in = Σ sign · input · vjp(share · R / stabilised z).
 */
export interface TermGroup {
  readonly terms: readonly Term[];
  readonly share: number;
  readonly where: 'everywhere' | 'positive' | 'negative';
}

/**
 * A rule of layer-wise relevance propagation for linear layers, as data. It knows no operator; an operator's own
 * forward pass and gradient evaluate it.
 */
export interface LinearRule {
  readonly id: string;
  readonly groups: readonly TermGroup[];
  /** γ of the weight forms `favour…`. */
  readonly gamma: number;
  /** ε of the stabiliser z + ε·sign(z), with sign(0) = 1. */
  readonly epsilon: number;
}
