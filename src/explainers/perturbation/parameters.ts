// Parameters that several perturbation methods share.

export const OUTPUT = {
  kind: 'choice',
  default: 'logit',
  choices: {
    logit: 'the logit, before the activation',
    score: 'the score, after the activation: a probability, as the Python libraries usually explain',
  },
  about: 'Which value of the class is explained.',
} as const;

export const STOP_WHEN_STABLE = {
  kind: 'boolean',
  default: false,
  about: 'Ends early, when the maps of two halves of the samples agree (rank correlation of at least 0.95).',
} as const;

export const TOP = {
  kind: 'integer',
  default: 5,
  min: 1,
  max: 1000,
  about: 'How many superpixels the picture of the best ones shows.',
} as const;
