import type { Against } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import { contrasted } from '../../method/contrast.ts';
import { withFeeds } from './fedEngine.ts';
import type { OpenModel } from './openModels.ts';

/** The models that were compared last, so that equal comparisons share their finished runs. */
const made = new WeakMap<OpenModel['compiled'], Map<string, OpenModel>>();
const KEPT = 8;

/**
 * A model that says how far each class leads others: for methods and caches it is a model like any other, with another
 * id.
 * @throws ExplainError `usage` if there is no such class, or no other class
 */
export function contrastedModel(open: OpenModel, against: Against | undefined): OpenModel {
  if (against === undefined) return open;
  check(open, against);
  const others = against === 'rest' ? against : [...new Set(against)].sort((a, b) => a - b);
  const key = JSON.stringify(others);
  const known = made.get(open.compiled) ?? new Map<string, OpenModel>();
  made.set(open.compiled, known);
  const found = known.get(key);
  if (found) known.delete(key);
  const model = found ?? contrastedOpen(open, others, key);
  known.set(key, model);
  if (known.size > KEPT) known.delete(known.keys().next().value!);
  return model;
}

function contrastedOpen(open: OpenModel, others: Against, key: string): OpenModel {
  const { model, feeds } = contrasted(open.model, others);
  const { engine, compiled } = withFeeds(open, feeds);
  const kind = others === 'rest' ? 'against the rest' : 'against some';
  return {
    ...open,
    id: `${open.id} against ${key}`,
    model,
    engine,
    compiled: (name, make, options) => compiled(`${kind} ${name}`, make, options),
    against: others,
    alone: open,
  };
}

function check({ model: { classes }, card }: OpenModel, against: Against): void {
  if (classes < 2) {
    throw usage(
      `The model has only one class ('${card.labels[0]}'), so there is nothing to compare it with.`,
      'Explain the class without a comparison.',
    );
  }
  if (against === 'rest') return;
  if (against.length === 0) throw usage('No class to compare with is named.', 'Name one, or all with “rest”.');
  const wrong = against.find((index) => !Number.isInteger(index) || index < 0 || index >= classes);
  if (wrong === undefined) return;
  throw usage(
    `There is no class ${wrong} to compare with: the model has ${classes}, 0 to ${classes - 1}.`,
    "The model's description lists its classes.",
  );
}

const usage = (message: string, next: string) => new ExplainError({ kind: 'usage', message, subject: 'against', next });

/** Why a class cannot be compared with these; null: it can. */
export function comparedWithItself(index: number, { against, card }: OpenModel): ExplainError | null {
  if (against === undefined || against === 'rest' || !against.includes(index)) return null;
  return usage(`'${card.labels[index]}' cannot be compared with itself.`, 'Compare it with other classes.');
}
