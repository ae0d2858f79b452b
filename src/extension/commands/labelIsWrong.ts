import { judge } from '../findings/judge.ts';
import { A_FINDING, type Command, NEVER } from './command.ts';

export const labelIsWrong: Command = {
  id: 'saliencyLens.labelIsWrong',
  title: 'Label Is Wrong',
  icon: '$(error)',
  palette: NEVER,
  menus: { 'view/item/context': { when: `${A_FINDING} && viewItem != finding.wrong`, group: 'inline@3' } },
  run: (ctx, handed) => judge(ctx.findings, handed, 'wrong'),
};
