import type { GivenInputs, ModelDescription } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import type { Session } from '../../session.ts';
import { setOwn } from '../../tables.ts';
import type { Arguments, Flags } from './flags.ts';

export const INPUT_FLAG: Flags = {
  input: {
    value: 'NAME=VALUE',
    multiple: true,
    about: 'the value of a further input of the model for all images, instead of their own (age=46, view=AP)',
  },
};

/** The values of `--input`, to be spread into requests. @throws ExplainError `usage` */
export function givenInputs(args: Arguments): { readonly inputs?: GivenInputs } {
  const given: Record<string, string> = {};
  for (const text of args.all('input')) {
    const at = text.indexOf('=');
    if (at < 1) throw wrong(`--input needs NAME=VALUE, not '${text}'.`, 'Write for example --input age=46.');
    const name = text.slice(0, at);
    if (Object.hasOwn(given, name)) throw wrong(`--input gives two values for '${name}'.`, 'Leave one of them out.');
    setOwn(given, name, text.slice(at + 1));
  }
  return Object.keys(given).length > 0 ? { inputs: given } : {};
}

/**
 * Checks the values of `--input` before anything runs.
 * @param image any: given values do not depend on it
 * @throws ExplainError `usage`
 */
export async function checkInputs(
  session: Session,
  request: { readonly model: string; readonly image: string; readonly inputs?: GivenInputs },
  call: Parameters<Session['inputs']>[1],
): Promise<void> {
  if (!request.inputs) return;
  const fields = await session.inputs(request, call);
  const problem = fields.find(({ origin, problem }) => origin === 'given' && problem)?.problem;
  if (problem) throw new ExplainError(problem);
}

/** How the page of a model describes its further inputs, one line each. */
export function inputTexts({ inputs = [] }: ModelDescription['card']): readonly string[] {
  return inputs.map(({ name, kind, choices, from, columns, default: usual, baseline, value, tokens, shape }) => {
    const source = from && ('table' in from ? `${from.table}${from.key === null ? '' : `, images in '${from.key}'`}` : `*${from.beside}`); // biome-ignore format: one line
    const parts = [
      kind === 'constant' && value
        ? `constant ${value.length > 4 ? `of ${value.length} numbers` : value.join(', ')}`
        : kind,
      ...(kind === 'number' && shape.some((dim) => dim > 1) ? [`${shape.join(' × ')}`] : []),
      ...(choices ? [Object.keys(choices).join(' | ')] : []),
      ...(tokens ? [`${shape.at(-1)} by ${tokens.file}`] : []),
      ...(source ? [`from ${source}${columns.length === 1 ? `, column '${columns[0]}'` : ''}`] : []),
      ...(usual !== undefined ? [`default ${tokens ? JSON.stringify(usual) : usual}`] : []),
      ...(baseline !== undefined ? [`baseline ${tokens ? JSON.stringify(baseline) : baseline}`] : []),
      ...(kind !== 'constant' && !source && usual === undefined ? [`from NAME.inputs.json next to the image, or --input ${name}=VALUE`] : []), // biome-ignore format: one line
    ];
    return `Further input: ${name}, ${parts.join('; ')}`;
  });
}

const wrong = (message: string, next: string) => new ExplainError({ kind: 'usage', message, subject: '--input', next });
