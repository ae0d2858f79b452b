import type { AnyParameters, ParameterSchema } from '../../contracts/parameters.ts';
import { ExplainError } from '../../errors.ts';
import { own, setOwn } from '../../tables.ts';
import type { Arguments } from './flags.ts';

/** One `--param OWNER.KEY=VALUE`, as typed. */
export interface TypedParameter {
  readonly text: string;
  readonly owner: string;
  readonly key: string;
  readonly value: string;
}

/** Every `--param`. Throws `usage` for a malformed one. */
export function parameterFlags(args: Arguments): readonly TypedParameter[] {
  return args.all('param').map((text) => {
    const match = /^([^.=]+)\.([^=]+)=([\s\S]*)$/.exec(text);
    if (!match) {
      throw wrongParameter(
        `--param takes METHOD.KEY=VALUE, not '${text}'.`,
        'For example: --param gradCam.layer=auto.',
      );
    }
    const [, owner, key, value] = match as unknown as [string, string, string, string];
    return { text, owner, key, value };
  });
}

/** The parameters of those owners, each value in its declared type. */
export function typedParameters(
  args: Arguments,
  schemas: ReadonlyMap<string, ParameterSchema>,
): ReadonlyMap<string, AnyParameters> {
  const given = new Map<string, Record<string, number | string | boolean>>();
  for (const { owner, key, value } of parameterFlags(args)) {
    const schema = schemas.get(owner);
    if (!schema) continue;
    const values = given.get(owner) ?? {};
    setOwn(values, key, typed(value, own(schema, key)?.kind));
    given.set(owner, values);
  }
  return given;
}

/** A value in the type of its parameter; a value that does not fit stays text, and the owner's own check reports it. */
export function typed(text: string, kind: string | undefined): number | string | boolean {
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (kind === 'integer' || kind === 'number') {
    const value = Number(text);
    return text.trim() === '' || Number.isNaN(value) ? text : value;
  }
  return text;
}

export const wrongParameter = (message: string, next: string) =>
  new ExplainError({ kind: 'usage', message, subject: '--param', next });
