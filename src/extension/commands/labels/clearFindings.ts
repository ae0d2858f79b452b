import { type Command, FINDINGS_CHECKED, IN_FINDINGS } from '../command.ts';

export const clearFindings: Command = {
  id: 'saliencyLens.clearFindings',
  title: 'Clear Label Findings',
  icon: '$(clear-all)',
  palette: FINDINGS_CHECKED,
  menus: { 'view/title': { when: `${IN_FINDINGS} && ${FINDINGS_CHECKED}`, group: 'navigation@3' } },
  /** Verdicts are in their own files and stay. */
  run(ctx) {
    ctx.labelCheck.stop();
    ctx.findings.replace(null);
  },
};
