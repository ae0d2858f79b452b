import { type Command, IN_PANEL } from './command.ts';

export const toggleAnnotations: Command = {
  id: 'saliencyLens.toggleAnnotations',
  title: 'Toggle Annotations',
  palette: IN_PANEL,
  run(ctx) {
    ctx.panels.active?.command('toggleAnnotations');
  },
};
