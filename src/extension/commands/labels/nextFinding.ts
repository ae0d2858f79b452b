import { type Command, FINDINGS_CHECKED, FINDINGS_FOCUSED } from '../command.ts';

export const nextFinding: Command = {
  id: 'saliencyLens.nextFinding',
  title: 'Next Finding',
  palette: FINDINGS_CHECKED,
  key: { key: 'j', when: FINDINGS_FOCUSED },
  run: (ctx) => ctx.triage.step(1, 'tree'),
};
