import path from 'node:path';
import { type AnnotationSource, UNCERTAIN_POLICIES, type UncertainPolicy } from '../../contracts/card.ts';
import { ExplainError } from '../../errors.ts';
import type { Arguments, Flags } from './flags.ts';
import { oneOf } from './runFlags.ts';

/** How annotation files are read. */
export const ANNOTATION_FLAGS: Flags = {
  uncertain: {
    value: UNCERTAIN_POLICIES.join('|'),
    about: 'what labels of −1 (CheXpert) in the files of --annotations count as: neither (default), absent, or present',
  },
  'follow-links': {
    about:
      'reads annotation files and cards through links that lead anywhere on this machine, as caches of data have them',
  },
};

/** The files of `--annotations`; undefined if there are none. @throws ExplainError `usage` */
export function annotationSources(args: Arguments, cwd: string): readonly AnnotationSource[] | undefined {
  const files = args.all('annotations');
  const uncertain = args.has('uncertain')
    ? (oneOf('--uncertain', args.one('uncertain')!, UNCERTAIN_POLICIES) as UncertainPolicy)
    : undefined;
  if (files.length === 0 && uncertain !== undefined) {
    throw new ExplainError({
      kind: 'usage',
      message: '--uncertain is for the files of --annotations, and none is named.',
      subject: '--uncertain',
      next: 'Name the files with --annotations, or write "uncertain" next to their path in the model card.',
    });
  }
  if (files.length === 0) return undefined;
  return files.map((file) => ({ path: path.resolve(cwd, file), ...(uncertain !== undefined && { uncertain }) }));
}
