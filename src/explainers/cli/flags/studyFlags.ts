import { STUDY_METHODS } from '../../report/study/published.ts';
import type { Arguments, Flags } from './flags.ts';
import { oneOf } from './runFlags.ts';

/** What `evaluate --study` sets, unless the command sets it otherwise. */
const STUDIES = new Map<string, Readonly<Record<string, string>>>([
  ['shamsul', { preset: 'shamsul', evidence: 'signed', threshold: 'otsu-filled' }],
  ['shamsul-corrected', { preset: 'shamsul-corrected' }],
]);

export const STUDY_FLAG: Flags = {
  study: {
    value: [...STUDIES.keys()].join('|'),
    about: 'the four methods of a study with its settings: short for --method, --preset, --evidence and --threshold',
  },
};

/** The arguments with what `--study` stands for in its place. */
export function withStudy(args: Arguments): Arguments {
  if (!args.has('study')) return args;
  const settings = STUDIES.get(oneOf('--study', args.one('study')!, [...STUDIES.keys()]))!;
  const own = { method: STUDY_METHODS.map(({ id }) => id).join(','), ...settings };
  const added = new Map(Object.entries(own).filter(([name]) => !args.has(name)));
  return {
    ...args,
    names: [...args.names.filter((name) => name !== 'study'), ...added.keys()],
    has: (flag) => flag !== 'study' && (args.has(flag) || added.has(flag)),
    one: (flag) => added.get(flag) ?? args.one(flag),
    all: (flag) => (added.has(flag) ? [added.get(flag)!] : args.all(flag)),
  };
}
