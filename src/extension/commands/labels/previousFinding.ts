import { type Command, FINDINGS_CHECKED, FINDINGS_FOCUSED } from '../command.ts';

export const previousFinding: Command = {
  id: 'saliencyLens.previousFinding',
  title: 'Previous Finding',
  palette: FINDINGS_CHECKED,
  key: { key: 'k', when: FINDINGS_FOCUSED },
  run: (ctx) => ctx.triage.step(-1, 'tree'),
};
