import type { LinearRule } from './rule.ts';
import {
  alphaBetaRule,
  epsilonRule,
  flatRule,
  gammaRule,
  STABILISER,
  wSquareRule,
  zBoxRule,
  zeroRule,
  zPlusRule,
} from './rules.ts';

/** Numbers of a composite that a user may set. */
export interface CompositeOptions {
  readonly epsilon: number;
  readonly gamma: number;
}

/** The rule for each layer, by its role and place. */
export interface Composite {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  convolution(options: CompositeOptions): LinearRule;
  dense(options: CompositeOptions): LinearRule;
  /**
   * Whether relevance itself is propagated, or its quotient by the layer's input (see gradientForm.ts). Default:
   * relevance.
   */
  readonly form?: 'relevance' | 'gradient';
  /** Attention's products: half to each factor (default), or all to the values and none to their weights. */
  readonly attention?: 'uniform' | 'values';
  /** The rule of the layers that read the image itself, and the layers it is for. */
  readonly first?: { readonly of: 'convolution' | 'any'; readonly rule: LinearRule };
}

const epsilon = (options: CompositeOptions) => epsilonRule(options.epsilon);
/** In gradient form nothing is divided by an output, so the stabiliser is unnecessary; a larger ε still absorbs. */
const absorbing = (options: CompositeOptions) =>
  options.epsilon > STABILISER ? epsilonRule(options.epsilon) : zeroRule();
const alpha2Beta1 = () => alphaBetaRule(2, 1);
const flatFirst = { of: 'any', rule: flatRule() } as const;

/**
 * zennit's composites, under their names there. Later rules fill in the rest: sums and average pools in proportion,
 * activations pass.
 */
export const COMPOSITES: readonly Composite[] = [
  {
    id: 'epsilonPlusFlat',
    title: 'ε-plus-flat',
    about: 'Convolutions z⁺, dense layers ε, the first layer flat.',
    convolution: zPlusRule,
    dense: epsilon,
    first: flatFirst,
  },
  {
    id: 'epsilonPlus',
    title: 'ε-plus',
    about: 'Convolutions z⁺, dense layers ε.',
    convolution: zPlusRule,
    dense: epsilon,
  },
  {
    id: 'epsilonGammaBox',
    title: 'ε-γ-box',
    about: 'Convolutions γ, dense layers ε, the first convolution z𝓑 between black and white.',
    convolution: (options) => gammaRule(options.gamma),
    dense: epsilon,
    first: { of: 'convolution', rule: zBoxRule() },
  },
  {
    id: 'epsilonAlpha2Beta1',
    title: 'ε-α2β1',
    about: 'Convolutions α2β1, dense layers ε.',
    convolution: alpha2Beta1,
    dense: epsilon,
  },
  {
    id: 'epsilonAlpha2Beta1Flat',
    title: 'ε-α2β1-flat',
    about: 'Convolutions α2β1, dense layers ε, the first layer flat.',
    convolution: alpha2Beta1,
    dense: epsilon,
    first: flatFirst,
  },
  { id: 'epsilon', title: 'ε', about: 'Every layer ε.', convolution: epsilon, dense: epsilon },
  {
    id: 'zero',
    title: 'LRP-0',
    about: 'Every layer with ε = 0: input × gradient in a network of ReLUs.',
    convolution: zeroRule,
    dense: zeroRule,
  },
  {
    id: 'attnLrp',
    title: 'AttnLRP',
    about:
      'For transformers: every layer ε; attention hands half of its relevance to its weights and half to its values, softmax uses its gradient, and activations and the spread of a normalisation pass relevance unchanged. Achtibat et al. 2024.',
    convolution: absorbing,
    dense: absorbing,
    form: 'gradient',
    attention: 'uniform',
  },
  {
    id: 'cpLrp',
    title: 'CP-LRP',
    about:
      'As AttnLRP, but attention’s weights count as constants. Ali et al. 2022; LXT’s choice for vision transformers.',
    convolution: absorbing,
    dense: absorbing,
    form: 'gradient',
    attention: 'values',
  },
];

/** Rules that may replace a composite's own for the layers that read the image. */
export const FIRST_RULES = {
  flat: { about: 'flat: evenly over the layer’s receptive field', rule: flatRule() },
  wSquare: { about: 'w²: by squared weights, whatever the pixels are', rule: wSquareRule() },
  zBox: { about: 'z𝓑: between black and white', rule: zBoxRule() },
} as const;

/**
 * A composite with another rule for its first layers: one of {@link FIRST_RULES}, or `same` for the rule of all other
 * layers of their kind.
 */
export function withFirst(composite: Composite, first: keyof typeof FIRST_RULES | 'same'): Composite {
  const { first: _, ...others } = composite;
  if (first === 'same') return { ...others, about: `${composite.about} First layer: like the others of its kind.` };
  const { about, rule } = FIRST_RULES[first];
  return { ...others, first: { of: 'any', rule }, about: `${composite.about} First layer: ${about}.` };
}
