import { type Command, IN_PANEL } from './command.ts';

export const keepPanel: Command = {
  id: 'saliencyLens.keepPanel',
  title: 'Keep Panel Open',
  icon: '$(pin)',
  palette: `${IN_PANEL} && saliencyLens.previewPanel`,
  menus: { 'editor/title': { when: `${IN_PANEL} && saliencyLens.previewPanel`, group: 'navigation@-1' } },
  run(ctx) {
    ctx.panels.pin();
  },
};
