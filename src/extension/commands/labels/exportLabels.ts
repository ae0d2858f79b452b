import { exportLabels as run } from '../../findings/exportLabels.ts';
import { type Command, FINDINGS_CHECKED, IN_FINDINGS } from '../command.ts';

export const exportLabels: Command = {
  id: 'saliencyLens.exportLabels',
  title: 'Export Labels…',
  palette: FINDINGS_CHECKED,
  menus: { 'view/title': { when: `${IN_FINDINGS} && ${FINDINGS_CHECKED}`, group: '2_export@1' } },
  run: (ctx) => run(ctx),
};
