import { type Command, FINDINGS_CHECKED, FINDINGS_FOCUSED } from '../command.ts';

export const takeBackVerdict: Command = {
  id: 'saliencyLens.takeBackVerdict',
  title: 'Take Back Last Verdict',
  palette: FINDINGS_CHECKED,
  key: { key: 'ctrl+z', mac: 'cmd+z', when: FINDINGS_FOCUSED },
  run: (ctx) => ctx.triage.takeBack('tree'),
};
