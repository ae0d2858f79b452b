import { type Command, IN_PANEL } from './command.ts';

export const toggleOverlay: Command = {
  id: 'saliencyLens.toggleOverlay',
  title: 'Toggle Heatmaps',
  palette: IN_PANEL,
  run(ctx) {
    ctx.panels.active?.command('toggleOverlay');
  },
};
