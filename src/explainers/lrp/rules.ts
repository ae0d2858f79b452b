import type { InputForm, LinearRule, Term, TermGroup, WeightForm } from './rule.ts';

/** The stabiliser of every rule except epsilon's own, as in zennit. */
export const STABILISER = 1e-6;

const term = (input: InputForm, weight: WeightForm, bias: Term['bias'] = 'none', sign: Term['sign'] = 1): Term => ({
  input,
  weight,
  bias,
  sign,
});

const group = (terms: readonly Term[], share = 1, where: TermGroup['where'] = 'everywhere'): TermGroup => ({
  terms,
  share,
  where,
});

const rule = (id: string, groups: readonly TermGroup[], options: Partial<LinearRule> = {}): LinearRule => ({
  id,
  groups,
  gamma: 0,
  epsilon: STABILISER,
  ...options,
});

/** LRP-ε: R_j = Σ_k x_j w_jk / (z_k + ε sign z_k) · R_k, where the bias keeps its part of z. Bach et al. 2015. */
export const epsilonRule = (epsilon: number) =>
  rule('epsilon', [group([term('input', 'weight', 'asWeight')])], { epsilon });

/** LRP-0: ε = 0. */
export const zeroRule = () => ({ ...epsilonRule(0), id: 'zero' });

/** LRP-z⁺ (α1β0, for inputs of either sign): only contributions that push the output up. Montavon et al. 2017. */
export const zPlusRule = () =>
  rule('zPlus', [group([term('positive', 'positive', 'asWeight'), term('negative', 'negative')])]);

/** LRP-αβ: contributions that push up get α of the relevance, those that push down −β; α − β = 1. Bach et al. 2015. */
export const alphaBetaRule = (alpha: number, beta: number) =>
  rule('alphaBeta', [
    group([term('positive', 'positive', 'asWeight'), term('negative', 'negative')], alpha),
    group([term('positive', 'negative', 'asWeight'), term('negative', 'positive')], -beta),
  ]);

/**
 * LRP-γ, generalised to inputs and outputs of either sign. If the output is positive, contributions that push up are
 * favoured by γ; if it is negative, those that push down. Montavon et al. 2019; generalised by Andéol et al. 2021.
 */
export const gammaRule = (gamma: number) =>
  rule(
    'gamma',
    [
      group([term('positive', 'favourPositive', 'asWeight'), term('negative', 'favourNegative')], 1, 'positive'),
      group([term('positive', 'favourNegative', 'asWeight'), term('negative', 'favourPositive')], 1, 'negative'),
    ],
    { gamma },
  );

/** LRP-z𝓑, for a first layer whose inputs have two bounds, like pixels. Montavon et al. 2017. */
export const zBoxRule = () =>
  rule('zBox', [
    group([term('input', 'weight'), term('low', 'positive', 'none', -1), term('high', 'negative', 'none', -1)]),
  ]);

/** LRP-w²: by squared weights, whatever the input. Montavon et al. 2017. */
export const wSquareRule = () => rule('wSquare', [group([term('ones', 'squared')])]);

/** LRP-flat: evenly over the receptive field. Lapuschkin et al. 2019. */
export const flatRule = () => rule('flat', [group([term('ones', 'ones')])]);
