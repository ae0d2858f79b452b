import path from 'node:path';
import type { Finding, Verdict } from '../../explainers/contracts/results.ts';
import { ExplainError } from '../../explainers/errors.ts';
import type { Ctx } from '../ctx.ts';
import { ask } from '../say.ts';
import type { Findings } from './findings.ts';
import { handedFinding } from './handedFinding.ts';

/**
 * A verdict on what a menu or a key is about: the finding that it passes, all selected ones if it is one of them, or
 * the selected ones.
 */
export async function judge(ctx: Ctx, handed: unknown, all: unknown, verdict: Verdict['verdict']): Promise<void> {
  await ctx.triage.judge(handedFindings(ctx, handed, all), verdict, 'tree');
}

/**
 * The findings that a menu passes with its item, or else several selected ones. None: the current one, which a single
 * selection only follows, later than the next key comes.
 */
export function handedFindings({ findings, findingsTree }: Ctx, handed: unknown, all: unknown): readonly Finding[] {
  if (Array.isArray(all) && all.length > 0)
    return all.flatMap((each) => (isNode(each) ? [handedFinding(findings, each)] : []));
  if (handed !== undefined) return [handedFinding(findings, handed)];
  return findingsTree.takeSeveral();
}

function isNode(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'finding' in value;
}

/** Asks for a note on a verdict; Escape changes nothing. */
export async function addNote(findings: Findings, finding: Finding): Promise<void> {
  const { verdict, label, image } = finding;
  if (!verdict) {
    const next = 'Judge the finding first: R right, W wrong, U unsure.';
    throw new ExplainError({ kind: 'usage', message: 'A note belongs to a verdict.', next });
  }
  const note = await ask({
    title: `${label} in ${path.basename(image)}: judged ${verdict.verdict}`,
    prompt: 'A note for readers of the verdict. It may be empty.',
    value: verdict.note,
  });
  if (note !== undefined) await findings.review(finding, verdict.verdict, note.trim());
}
