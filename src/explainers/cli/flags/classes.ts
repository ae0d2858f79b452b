import type { ClassChoice } from '../../contracts/classChoice.ts';
import type { ModelDescription } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import { didYouMean } from '../../suggest.ts';

/**
 * Reads the values of `--class`: a name, an index, `top:K` or `all`. An integer is an index.
 * @throws ExplainError `usage`: unknown class, index out of range, a name that several classes have
 */
export function parseClasses(values: readonly string[], model: ModelDescription): readonly ClassChoice[] {
  const { labels } = model.card;
  if (values.length === 0) return [{ kind: 'default' }];
  return values.flatMap((value) => parseClass(value, labels));
}

function parseClass(value: string, labels: readonly string[]): readonly ClassChoice[] {
  const top = /^top:(.*)$/.exec(value);
  if (top) {
    const count = Number(top[1]);
    if (Number.isInteger(count) && count >= 1) return [{ kind: 'top', count: Math.min(count, labels.length) }];
    throw wrong(`'${value}' needs a whole number of at least 1, such as top:3.`);
  }
  if (value === 'all') return [{ kind: 'indices', indices: labels.map((_, i) => i) }];
  if (/^\d+$/.test(value)) {
    if (Number(value) < labels.length) return [{ kind: 'indices', indices: [Number(value)] }];
    throw wrong(`There is no class ${value}: the model has ${labels.length}, 0 to ${labels.length - 1}.`);
  }
  const exact = indicesOf(labels, (label) => label === value);
  const found = exact.length > 0 ? exact : indicesOf(labels, (label) => label.toLowerCase() === value.toLowerCase());
  if (found.length === 1) return [{ kind: 'indices', indices: found }];
  if (found.length > 1) {
    throw wrong(
      `Several classes have the name '${value}': ${found.map((i) => `${i} (${labels[i]})`).join(', ')}.`,
      'Use the index.',
    );
  }
  // Names may contain commas themselves, so only a text that is not a name is taken as a list.
  const parts = value.split(',').map((part) => part.trim());
  if (parts.length > 1) return parts.flatMap((part) => parseClass(part, labels));
  throw wrong(`The model has no class '${value}'.${didYouMean(value, labels)}`);
}

/** If a given number is the label of one class and the index of another: which of the two was used. */
export function numberedClasses(values: readonly string[], { card: { labels } }: ModelDescription): readonly string[] {
  return values
    .flatMap((value) => value.split(',').map((part) => part.trim()))
    .flatMap((value) => {
      const label = labels.indexOf(value);
      if (!/^\d+$/.test(value) || label < 0 || label === Number(value) || Number(value) >= labels.length) return [];
      return [
        `--class ${value} is the index of the class '${labels[Number(value)]}', which is explained; the class labelled '${value}' has the index ${label}.`,
      ];
    });
}

const indicesOf = (labels: readonly string[], is: (label: string) => boolean) =>
  labels.flatMap((label, i) => (is(label) ? [i] : []));

const wrong = (message: string, next = 'List the classes with: saliency-lens inspect.') =>
  new ExplainError({ kind: 'usage', message, subject: '--class', next });
