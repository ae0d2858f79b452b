import path from 'node:path';
import type { Verdict } from '../../explainers/contracts/results.ts';
import { ask } from '../say.ts';
import type { Findings } from './findings.ts';
import { handedFinding } from './handedFinding.ts';

/** Asks for a note and writes the verdict; Escape writes nothing. The opposite verdict undoes one. */
export async function judge(findings: Findings, handed: unknown, verdict: Verdict['verdict']): Promise<void> {
  const finding = handedFinding(findings, handed);
  const note = await ask({
    title: `${finding.label} in ${path.basename(finding.image)}: the label is ${verdict}`,
    prompt: 'A note for readers of the verdict. It may be empty.',
    value: finding.verdict?.note ?? '',
  });
  if (note !== undefined) await findings.review(finding, verdict, note.trim());
}
