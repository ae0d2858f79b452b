import { chooseOrder } from '../../findings/chooseArrangement.ts';
import { type Command, FINDINGS_CHECKED, IN_FINDINGS } from '../command.ts';

export const sortFindings: Command = {
  id: 'saliencyLens.sortFindings',
  title: 'Sort or Group Findings…',
  palette: FINDINGS_CHECKED,
  menus: { 'view/title': { when: `${IN_FINDINGS} && ${FINDINGS_CHECKED}`, group: '1_order@1' } },
  run: (ctx) => chooseOrder(ctx.findingsTree),
};
