import type { Against, ModelDescription, Prediction } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import { parseClasses } from './classes.ts';
import type { Flags } from './flags.ts';

export const AGAINST_FLAG: Flags = {
  against: {
    value: 'NAME|INDEX|rest|closest:N',
    multiple: true,
    about:
      'why each class and not this one: its lead over another class, over the mean of several, of all others (rest), or of the N with the closest logits',
  },
};

/** What each class is compared with; which classes are the closest depends on the image. */
export type AgainstPlan = Against | { readonly closest: number };

/**
 * Reads the values of `--against`; undefined: nothing is compared.
 * @throws ExplainError `usage`
 */
export function parseAgainst(values: readonly string[], model: ModelDescription): AgainstPlan | undefined {
  if (values.length === 0) return undefined;
  const count = model.card.labels.length;
  if (count < 2) throw wrong('The model has only one class, so there is nothing to compare it with.', 'Leave it out.');
  const [value] = values as [string];
  const named = model.card.labels.includes(value);
  const closest = named ? null : /^closest:(.*)$/.exec(value);
  if ((value === 'rest' && !named) || closest) {
    if (values.length > 1) throw wrong(`'${value}' cannot be combined with other classes.`, 'Name it alone.');
    if (!closest) return 'rest';
    const wanted = Number(closest[1]);
    if (Number.isInteger(wanted) && wanted >= 1) return { closest: Math.min(wanted, count - 1) };
    throw wrong(`'${value}' needs a whole number of at least 1.`, 'Write for example --against closest:3.');
  }
  const all = values.find((each) => each === 'all' || each.startsWith('top:'));
  if (all !== undefined) throw wrong(`'${all}' names no classes to compare with.`, 'Name them, or use rest or closest:3.'); // biome-ignore format: one line
  try {
    const choices = parseClasses(values, model);
    return [...new Set(choices.flatMap((choice) => (choice.kind === 'indices' ? choice.indices : [])))];
  } catch (thrown) {
    if (!(thrown instanceof ExplainError)) throw thrown;
    throw wrong(thrown.message, thrown.next ?? 'List the classes with: saliency-lens inspect.');
  }
}

/** Classes that are compared with the same others, so that one run explains them. */
export interface Compared {
  readonly classes: readonly number[];
  readonly against?: Against;
}

/**
 * The classes of an image with what each is compared with; those that would be compared with themselves are left out.
 */
export function comparedClasses(
  classes: readonly number[],
  plan: AgainstPlan | undefined,
  { scores }: Prediction,
): { readonly groups: readonly Compared[]; readonly left: readonly number[] } {
  if (plan === undefined) return { groups: [{ classes }], left: [] };
  if (plan === 'rest') return { groups: [{ classes, against: plan }], left: [] };
  if ('closest' in plan) {
    const logitOf = new Map(scores.map(({ index, logit }) => [index, logit]));
    const groups = classes.map((index) => {
      const distance = (other: number) => Math.abs(logitOf.get(other)! - logitOf.get(index)!);
      const others = scores.map((each) => each.index).filter((other) => other !== index);
      const closest = others.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, plan.closest);
      return { classes: [index], against: closest.sort((a, b) => a - b) };
    });
    return { groups, left: [] };
  }
  const left = classes.filter((index) => plan.includes(index));
  const others = classes.filter((index) => !plan.includes(index));
  return { groups: others.length > 0 ? [{ classes: others, against: plan }] : [], left };
}

const wrong = (message: string, next: string) =>
  new ExplainError({ kind: 'usage', message, subject: '--against', next });
