import type { ModelDescription } from '../../contracts/results.ts';
import type { SourcesRequest } from '../../contracts/sources.ts';
import { ExplainError } from '../../errors.ts';
import { setOwn } from '../../tables.ts';
import type { Arguments, Flags } from './flags.ts';
import { parameterFlags, wrongParameter } from './parameterFlags.ts';

export const SOURCES_FLAG: Flags = {
  sources: {
    about:
      'how much the image and each further input contribute (Shapley values), compared with the card’s baselines or --param sources.NAME=VALUE|mean|rows:N',
  },
};

/** The owner of `--param sources.KEY=VALUE`. */
export const SOURCES = 'sources';

export type SourcesPlan = Pick<SourcesRequest, 'baselines' | 'split' | 'samples'>;

/** What `--sources` asks for; undefined: nothing. @throws ExplainError `usage` */
export function planSources(args: Arguments, { card }: ModelDescription): SourcesPlan | undefined {
  const given = parameterFlags(args).filter(({ owner }) => owner === SOURCES);
  if (!args.has('sources')) {
    if (given[0]) throw wrongParameter(`--param ${given[0].text} is for --sources, which is not asked for.`, 'Add --sources.'); // biome-ignore format: one line
    return undefined;
  }
  const inputs = (card.inputs ?? []).filter(({ kind }) => kind !== 'constant').map(({ name }) => name);
  if (inputs.length === 0) {
    throw new ExplainError({
      kind: 'usage',
      message: 'The image is the model’s only source.',
      subject: '--sources',
      next: 'Leave --sources out; it is for models whose card has further "inputs".',
    });
  }
  const baselines: Record<string, string> = {};
  let plan: SourcesPlan = { baselines };
  for (const { text, key, value } of given) {
    const own = key === 'image' || inputs.includes(key);
    const option = own ? undefined : OPTIONS.get(key);
    if (own) setOwn(baselines, key, value);
    else if (option) plan = { ...plan, ...option(value, text) };
    else {
      const known = ['image', ...inputs, ...OPTIONS.keys()];
      throw wrongParameter(`--param ${text} names no source.`, `There are: ${known.join(', ')}.`);
    }
  }
  return plan;
}

const OPTIONS = new Map<string, (value: string, text: string) => SourcesPlan>([
  [
    'split',
    (value, text) => {
      if (value === 'true' || value === 'false') return { split: value === 'true' };
      throw wrongParameter(`--param ${text} must be true or false.`, 'With true, each token is a source of its own.');
    },
  ],
  [
    'samples',
    (value, text) => {
      const samples = Number(value);
      if (Number.isInteger(samples) && samples >= 10 && samples <= 1_000_000) return { samples };
      throw wrongParameter(
        `--param ${text} must be a whole number of at least 10.`,
        'It is the most runs of the model.',
      );
    },
  ],
]);
