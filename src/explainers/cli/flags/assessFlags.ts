import type { AnyParameters } from '../../contracts/parameters.ts';
import type { AssessmentInfo } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import type { Session } from '../../session.ts';
import { didYouMean } from '../../suggest.ts';
import type { Arguments, Flags } from './flags.ts';
import { typedParameters } from './parameterFlags.ts';

/** Flags of the tests of the maps themselves. */
export const ASSESS_FLAGS: Flags = {
  assess: {
    value: 'ID[,ID]|all',
    multiple: true,
    about:
      'how faithful and how stable each map is, by many runs of the model:\ndeletion, insertion, regionEffect, maxSensitivity, parameterRandomisation',
  },
  compare: { about: 'how similar the methods’ maps of each class are' },
};

export interface AssessPlan {
  readonly metrics: readonly { readonly id: string; readonly parameters: AnyParameters }[];
  readonly compare: boolean;
}

/** The ids of `--assess`. Throws `usage`. */
export function assessedIds(args: Arguments, known: readonly AssessmentInfo[]): readonly string[] {
  const asked = args.all('assess').flatMap((value) => value.split(',').map((id) => id.trim()));
  const ids = known.map(({ id }) => id);
  if (asked.includes('all')) return ids;
  const wrong = asked.find((id) => !ids.includes(id));
  if (wrong === undefined) return [...new Set(asked)];
  throw new ExplainError({
    kind: 'usage',
    message: `No map can be assessed by '${wrong}'.${didYouMean(wrong, ids)}`,
    subject: '--assess',
    next: `Choose from: ${ids.join(', ')}; or all.`,
  });
}

/**
 * The tests that `--assess` and `--compare` request for the methods' maps, with the parameters of `--param
 * METRIC.KEY=VALUE`.
 * @throws ExplainError `usage`
 */
export function planAssessment(args: Arguments, session: Session, methods: number): AssessPlan {
  const known = session.catalogue().assessments;
  const ids = assessedIds(args, known);
  const compare = args.has('compare');
  if (compare && methods < 2) {
    throw new ExplainError({
      kind: 'usage',
      message: '--compare needs at least two methods.',
      subject: '--compare',
      next: 'Add --method ID,ID.',
    });
  }
  const given = typedParameters(args, new Map(known.map(({ id, parameters }) => [id, parameters])));
  const metrics = ids.map((id) => ({ id, parameters: session.resolveAssessment(id, given.get(id)) }));
  return { metrics, compare };
}
