import { judge } from '../findings/judge.ts';
import { A_FINDING, type Command, NEVER } from './command.ts';

export const labelIsRight: Command = {
  id: 'saliencyLens.labelIsRight',
  title: 'Label Is Right',
  icon: '$(pass)',
  palette: NEVER,
  menus: { 'view/item/context': { when: `${A_FINDING} && viewItem != finding.right`, group: 'inline@2' } },
  run: (ctx, handed) => judge(ctx.findings, handed, 'right'),
};
