import { chooseFilter } from '../../findings/chooseArrangement.ts';
import { type Command, FINDINGS_CHECKED, IN_FINDINGS } from '../command.ts';

export const filterFindings: Command = {
  id: 'saliencyLens.filterFindings',
  title: 'Filter Findings…',
  icon: '$(list-filter)',
  palette: FINDINGS_CHECKED,
  menus: { 'view/title': { when: `${IN_FINDINGS} && ${FINDINGS_CHECKED}`, group: 'navigation@1' } },
  run: (ctx) => chooseFilter(ctx.findingsTree, ctx.findings.all),
};
