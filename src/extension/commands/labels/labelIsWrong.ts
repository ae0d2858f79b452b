import { judge } from '../../findings/judge.ts';
import { A_FINDING, type Command, FINDINGS_CHECKED, FINDINGS_FOCUSED } from '../command.ts';

export const labelIsWrong: Command = {
  id: 'saliencyLens.labelIsWrong',
  title: 'Label Is Wrong',
  icon: '$(error)',
  palette: FINDINGS_CHECKED,
  menus: { 'view/item/context': { when: `${A_FINDING} && viewItem != finding.wrong`, group: 'inline@3' } },
  key: { key: 'w', when: FINDINGS_FOCUSED },
  run: (ctx, handed, all) => judge(ctx, handed, all, 'wrong'),
};
