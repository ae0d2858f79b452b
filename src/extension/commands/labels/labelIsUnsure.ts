import { judge } from '../../findings/judge.ts';
import { A_FINDING, type Command, FINDINGS_CHECKED, FINDINGS_FOCUSED } from '../command.ts';

export const labelIsUnsure: Command = {
  id: 'saliencyLens.labelIsUnsure',
  title: 'Unsure About Label',
  palette: FINDINGS_CHECKED,
  menus: { 'view/item/context': { when: `${A_FINDING} && viewItem != finding.unsure`, group: '2_verdict@1' } },
  key: { key: 'u', when: FINDINGS_FOCUSED },
  run: (ctx, handed, all) => judge(ctx, handed, all, 'unsure'),
};
