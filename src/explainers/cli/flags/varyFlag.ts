import type { InputSweepRequest } from '../../contracts/sweep.ts';
import { ExplainError } from '../../errors.ts';
import type { Arguments, Flags } from './flags.ts';

export const VARY_FLAG: Flags = {
  vary: {
    value: 'NAME[=LOW..HIGH]',
    multiple: true,
    about: 'the scores for other values of a further input, and at which of them the answer flips (age, age=20..90)',
  },
};

/** The inputs of `--vary` with their ranges. @throws ExplainError `usage` */
export function variedInputs(args: Arguments): readonly Pick<InputSweepRequest, 'name' | 'low' | 'high'>[] {
  return args.all('vary').map((text) => {
    const at = text.indexOf('=');
    if (at < 0) return { name: text };
    const [low, high, ...more] = text.slice(at + 1).split('..');
    const range = [low, high].map((each) => (each === undefined || each.trim() === '' ? Number.NaN : Number(each)));
    if (at > 0 && more.length === 0 && Number.isFinite(range[0]) && range[0]! < range[1]! && Number.isFinite(range[1]))
      return { name: text.slice(0, at), low: range[0]!, high: range[1]! };
    throw new ExplainError({
      kind: 'usage',
      message: `--vary needs NAME or NAME=LOW..HIGH, not '${text}'.`,
      subject: '--vary',
      next: 'Write for example --vary age=20..90.',
    });
  });
}
