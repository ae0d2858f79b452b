import { judge } from '../../findings/judge.ts';
import { A_FINDING, type Command, FINDINGS_CHECKED, FINDINGS_FOCUSED } from '../command.ts';

export const labelIsRight: Command = {
  id: 'saliencyLens.labelIsRight',
  title: 'Label Is Right',
  icon: '$(pass)',
  palette: FINDINGS_CHECKED,
  menus: { 'view/item/context': { when: `${A_FINDING} && viewItem != finding.right`, group: 'inline@2' } },
  key: { key: 'r', when: FINDINGS_FOCUSED },
  run: (ctx, handed, all) => judge(ctx, handed, all, 'right'),
};
