// The meaning of the numbers reported with a map. A figure that is missing in this table is shown by its name alone.

import { own, table } from '../../explainers/tables.ts';
import { figure } from '../format.ts';

export interface FigureText {
  readonly name: string;
  readonly title: string;
  readonly value: string;
  /** Its meaning; null: not described yet. */
  readonly about: string | null;
}

interface Meaning {
  readonly title: string;
  readonly about: string;
  /** A short comment on this value. */
  readonly verdict?: (value: number) => string | null;
}

const FIGURES = table<Meaning>({
  stability: {
    title: 'Stability',
    about:
      'Rank correlation between the maps of two halves of the samples. Near 1: another seed would give the same map; below 0.5 the order of the regions is mostly chance, and more samples help.',
    verdict: (value) =>
      value >= 0.95 ? 'stable' : value >= 0.8 ? 'mostly stable' : value >= 0.5 ? 'unsteady' : 'noise',
  },
  r2: {
    title: 'R²',
    about:
      'How much of the change caused by hiding superpixels the linear model explains, from 0 to 1. Low: the map is a poor summary of the model’s behaviour, however stable it is.',
    verdict: (value) => (value >= 0.8 ? 'fits well' : value >= 0.5 ? 'fits partly' : 'fits badly'),
  },
  conservation: {
    title: 'Conservation',
    about:
      'The share of the relevance at the logit that reaches the pixels. 1: all of it; biases and the stabiliser ε keep the rest, or add to it.',
  },
  completenessGap: {
    title: 'Completeness gap',
    about:
      'The sum of the map minus the difference between the logit of the image and that of the baseline: 0 with enough steps. Compare it with the difference explained.',
  },
  additivityGap: {
    title: 'Additivity gap',
    about:
      'The difference between the sum of all values and the change from the hidden image (or the baseline) to the whole image. Shapley values leave no gap; a large gap means too few samples.',
  },
  sum: { title: 'Sum of the map', about: 'All values added up.' },
  difference: {
    title: 'Difference explained',
    about: 'The logit of the image minus that of the baseline, which the map should add up to.',
  },
  prediction: {
    title: 'Explained value',
    about: 'The explained logit or score for the whole image.',
  },
  localPrediction: {
    title: 'Local prediction',
    about: 'The fitted linear model’s value for the whole image; it is close to the explained value if the model fits.',
  },
  hidden: { title: 'Everything hidden', about: 'The model’s value when everything is hidden.' },
  intercept: { title: 'Intercept', about: 'The fitted linear model’s value when all superpixels are hidden.' },
  meanValue: { title: 'Mean under masks', about: 'The model’s mean value for the masked images.' },
  logit: { title: 'Logit', about: 'The model’s value for the whole image, before the activation.' },
  sigma: { title: 'Noise σ', about: 'The standard deviation of the noise, in the units of the model’s input.' },
  superpixels: { title: 'Superpixels', about: 'How many parts the image was segmented into.' },
  samples: { title: 'Samples', about: 'How many masked images the map is based on.' },
  coalitions: { title: 'Coalitions', about: 'How many sets of visible superpixels the map is based on.' },
  masks: { title: 'Masks', about: 'How many masked images the map is based on.' },
  windows: { title: 'Windows', about: 'In how many places the image was hidden.' },
});

/** First the figures that say whether to trust the map. */
const FIRST = ['stability', 'r2', 'conservation', 'completenessGap', 'additivityGap'];

/** How many samples a map so far is based on; the first of these that it reports. */
const COUNTS = ['samples', 'coalitions', 'masks', 'windows'];

const fits = (name: string): boolean => FIRST.includes(name);

export function figureTexts(figures: Readonly<Record<string, number>>): readonly FigureText[] {
  const names = Object.keys(figures).sort((a, b) => Number(fits(b)) - Number(fits(a)));
  return names.map((name) => {
    const meaning = FIGURES[name];
    const value = own(figures, name)!;
    const verdict = meaning?.verdict?.(value);
    const number = Number.isInteger(value) ? value.toLocaleString('en').replace('-', '−') : figure(value);
    return {
      name,
      title: meaning?.title ?? name,
      value: verdict ? `${number} (${verdict})` : number,
      about: meaning?.about ?? null,
    };
  });
}

/** `240 samples`, for a map so far; null if it does not report them. */
export function countText(figures: Readonly<Record<string, number>>): string | null {
  const name = COUNTS.find((each) => own(figures, each) !== undefined);
  return name === undefined ? null : `${own(figures, name)!.toLocaleString('en')} ${name}`;
}
