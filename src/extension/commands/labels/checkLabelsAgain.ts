import { tellOutcome } from '../../findings/outcome.ts';
import { requireTrust } from '../../trust.ts';
import { type Command, FINDINGS_CHECKED, IN_FINDINGS } from '../command.ts';

export const checkLabelsAgain: Command = {
  id: 'saliencyLens.checkLabelsAgain',
  title: 'Check Labels Again',
  icon: '$(refresh)',
  palette: FINDINGS_CHECKED,
  menus: { 'view/title': { when: `${IN_FINDINGS} && ${FINDINGS_CHECKED}`, group: 'navigation@1' } },
  async run(ctx) {
    requireTrust();
    const { checked } = ctx.findings;
    if (checked) await tellOutcome(ctx, () => ctx.labelCheck.run(checked.target, checked.model));
  },
};
