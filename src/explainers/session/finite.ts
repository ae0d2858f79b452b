import { ExplainError } from '../errors.ts';
import type { ExplanationMap, Method } from '../method/method.ts';

/**
 * The error in place of a map that holds NaN or an infinite value; null if it holds neither. Such a map would look like
 * a result, but is not one, whichever method computed it.
 */
export function notFinite(map: ExplanationMap, method: Method, label: string, logit: number): ExplainError | null {
  const { data } = map.values;
  const first = data.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return null;
  const count = data.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  const cause = Number.isFinite(logit) ? '' : `, and the model’s own value of this class is ${numberless(logit)}`;
  return new ExplainError({
    kind: 'unsupported',
    message: `${method.title} has no map of '${label}', because ${count} of its ${data.length} values are not finite (the first is ${numberless(data[first]!)})${cause}.`,
    subject: `${method.id} of ${label}`,
    next:
      map.instead ??
      (Number.isFinite(logit)
        ? 'Use a method that needs no gradient, such as occlusion or RISE, or other parameters.'
        : 'Name a value before it as "output" in the model card, or explain another class.'),
  });
}

const numberless = (value: number) => (Number.isNaN(value) ? 'NaN, not a number' : 'infinite');

/** What people must know about a map whose class has no finite value, although the map itself is finite. */
export const logitNotes = (logit: number): readonly string[] =>
  Number.isFinite(logit)
    ? []
    : [
        `The value of this class is ${numberless(logit)} here, so nothing can add up to it, and a map says little about it.`,
      ];

/** The figures that are numbers; a note reports any that is not. */
export function finiteFigures(figures: ExplanationMap['figures']): {
  readonly figures: ExplanationMap['figures'];
  readonly notes: readonly string[];
} {
  const all = Object.entries(figures);
  const [finite, others] = [true, false].map((wanted) => all.filter(([, value]) => Number.isFinite(value) === wanted));
  return {
    figures: Object.fromEntries(finite!),
    notes: others!.map(([name, value]) => `${name} is left out because it is ${numberless(value)} here.`),
  };
}
