import { handedFinding } from '../../findings/handedFinding.ts';
import { addNote } from '../../findings/judge.ts';
import { A_FINDING, type Command, FINDINGS_CHECKED } from '../command.ts';

export const noteOnVerdict: Command = {
  id: 'saliencyLens.noteOnVerdict',
  title: 'Add a Note to the Verdict…',
  palette: FINDINGS_CHECKED,
  menus: {
    'view/item/context': { when: `${A_FINDING} && viewItem != finding.open`, group: '2_verdict@2' },
  },
  run: (ctx, handed) =>
    addNote(
      ctx.findings,
      handedFinding(ctx.findings, handed ?? ctx.findingsTree.current() ?? { finding: ctx.triage.current }),
    ),
};
