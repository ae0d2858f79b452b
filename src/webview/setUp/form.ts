import type { Preprocessing } from '../../explainers/contracts/card.ts';
import type { CardChoices, InputChange, Trial } from '../../explainers/contracts/setUp.ts';

/** The form's fields; numbers are as typed. */
export interface Form {
  readonly resize: Preprocessing['resize'];
  readonly cropFraction: string;
  readonly fill: string;
  readonly interpolation: Preprocessing['interpolation'];
  readonly antialias: boolean;
  readonly channels: Preprocessing['channels'];
  readonly scale: string;
  readonly mean: string;
  readonly std: string;
  readonly task: 'multi-label' | 'multi-class';
  readonly labels: 'present' | 'imagenet' | 'typed';
  /** One per line. */
  readonly typed: string;
}

const plain = (values: readonly number[]) => (new Set(values).size === 1 ? `${values[0]}` : values.join(', '));

export function formOf(input: Preprocessing, task: Form['task']): Form {
  return {
    resize: input.resize,
    cropFraction: String(input.cropFraction),
    fill: String(input.fill),
    interpolation: input.interpolation,
    antialias: input.antialias,
    channels: input.channels,
    scale: String(input.scale),
    mean: plain(input.mean),
    std: plain(input.std),
    task,
    labels: 'present',
    typed: '',
  };
}

/** The form with the settings of one of the usual preprocessings. */
export function withTrial(form: Form, { change }: Pick<Trial, 'change'>): Form {
  const { resize, cropFraction, channels, scale, mean, std } = change;
  return {
    ...form,
    ...(resize && { resize }),
    ...(cropFraction !== undefined && { cropFraction: String(cropFraction) }),
    ...(channels && { channels }),
    ...(scale !== undefined && { scale: String(scale) }),
    ...(mean && { mean: plain(mean) }),
    ...(std && { std: plain(std) }),
  };
}

/** What is wrong with a field, by its name. */
export type Mistakes = Readonly<Partial<Record<keyof Form, string>>>;

/** The fields with numbers: how many there may be, which are possible, and both in words. */
const NUMBERS = {
  scale: { most: 1, fits: (value: number) => value > 0, words: 'one number above 0' },
  mean: { most: 512, fits: () => true, words: 'one number, or one for each channel' },
  std: { most: 512, fits: (value: number) => value > 0, words: 'one number above 0, or one for each channel' },
  cropFraction: { most: 1, fits: (value: number) => value > 0 && value <= 1, words: 'above 0, at most 1' },
  fill: { most: 1, fits: (value: number) => value >= 0 && value <= 255, words: 'from 0 to 255' },
} as const;

/** The change that the form asks for, or what is wrong with it. */
export function changeOf(form: Form): { readonly change: InputChange } | { readonly mistakes: Mistakes } {
  const mistakes: Partial<Record<keyof Form, string>> = {};
  const numbers = (key: keyof typeof NUMBERS): readonly number[] => {
    const { most, fits, words } = NUMBERS[key];
    const values = form[key]
      .split(/[,;\s]/)
      .filter((part) => part !== '')
      .map(Number);
    const right = values.every((value) => Number.isFinite(value) && fits(value));
    if (!right || values.length === 0 || values.length > most) mistakes[key] = words;
    return values;
  };
  const [scale] = numbers('scale');
  const [mean, std] = [numbers('mean'), numbers('std')];
  const [cropFraction] = form.resize === 'crop' ? numbers('cropFraction') : [];
  const [fill] = form.resize === 'letterbox' ? numbers('fill') : [];
  if (Object.keys(mistakes).length > 0) return { mistakes };
  const { resize, interpolation, antialias, channels } = form;
  return {
    change: {
      ...{ resize, interpolation, antialias, channels, mean, std },
      ...(scale !== undefined && { scale }),
      ...(cropFraction !== undefined && { cropFraction }),
      ...(fill !== undefined && { fill }),
    },
  };
}

export const typedLabels = ({ typed }: Form): readonly string[] =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What keeps the card from being written, by field. */
export function mistakesIn(form: Form, classes: number): Mistakes {
  const input = changeOf(form);
  const count = typedLabels(form).length;
  const labels = form.labels === 'typed' && count !== classes ? { typed: `${count} of ${classes}` } : {};
  return { ...('mistakes' in input ? input.mistakes : {}), ...labels };
}

/** @param task the card's */
export function choicesOf(form: Form, change: InputChange, task: Form['task']): CardChoices {
  return {
    change,
    labels: form.labels === 'imagenet' ? 'imagenet' : form.labels === 'typed' ? typedLabels(form) : null,
    task: form.task === task ? null : form.task,
  };
}

/** Whether the form makes the same input as one of the usual preprocessings. */
export function isTrial(form: Form, trial: Trial): boolean {
  const [now, then] = [changeOf(form), changeOf(withTrial(form, trial))];
  return 'change' in now && 'change' in then && JSON.stringify(now.change) === JSON.stringify(then.change);
}
