import type { AnyParameters, ParameterSchema, ParameterSpec } from '../contracts/parameters.ts';
import { ExplainError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';
import { own, setOwn } from '../tables.ts';
import type { Method } from './method.ts';

/** A method, or anything else with parameters. */
export type Parameterised = Pick<Method, 'id' | 'title'> & { readonly parameters: ParameterSchema };

/**
 * The values that a method runs with: its defaults, overridden by the given ones, checked against its declaration.
 * @param given later ones win; `subject` names their source in errors
 * @throws ExplainError `usage`
 */
export function resolveParameters(
  method: Parameterised,
  ...given: readonly Readonly<Record<string, unknown>>[]
): AnyParameters {
  const values: Record<string, number | string | boolean> = {};
  for (const [key, spec] of Object.entries(method.parameters)) setOwn(values, key, spec.default);
  for (const source of given) {
    for (const [key, value] of Object.entries(source)) {
      const spec = Object.hasOwn(method.parameters, key) ? own(method.parameters, key) : undefined;
      if (!spec) {
        const known = Object.keys(method.parameters);
        throw wrong(
          `${method.id}.${key}`,
          `${method.title} has no parameter '${key}'.${didYouMean(key, known)}`,
          known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none.',
        );
      }
      setOwn(values, key, checked(`${method.id}.${key}`, spec, value));
    }
  }
  return values;
}

function checked(name: string, spec: ParameterSpec, value: unknown): number | string | boolean {
  const problem = CHECKS[spec.kind](spec as never, value);
  if (problem === null) return value as number | string | boolean;
  throw wrong(name, `${name} must be ${problem}, not ${JSON.stringify(value)}.`, spec.about);
}

/** Per kind: null if the value is valid, else what it must be. */
const CHECKS: {
  readonly [K in ParameterSpec['kind']]: (spec: Extract<ParameterSpec, { kind: K }>, value: unknown) => string | null;
} = {
  integer: (spec, value) => (Number.isSafeInteger(value) ? within(spec, value as number) : 'a whole number'),
  number: (spec, value) => (Number.isFinite(value) ? within(spec, value as number) : 'a number'),
  choice: (spec, value) => {
    const choices = Object.keys(spec.choices);
    return choices.includes(String(value)) ? null : `one of ${choices.join(', ')}`;
  },
  boolean: (_, value) => (typeof value === 'boolean' ? null : 'true or false'),
  text: (_, value) => (typeof value === 'string' && value !== '' ? null : 'a text'),
};

function within(spec: { readonly min?: number; readonly max?: number }, value: number): string | null {
  const { min = -Infinity, max = Infinity } = spec;
  if (value >= min && value <= max) return null;
  return max === Infinity ? `at least ${min}` : min === -Infinity ? `at most ${max}` : `from ${min} to ${max}`;
}

const wrong = (subject: string, message: string, next: string) =>
  new ExplainError({ kind: 'usage', message, subject, next });
