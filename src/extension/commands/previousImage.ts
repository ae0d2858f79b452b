import { type Command, IN_PANEL } from './command.ts';

export const previousImage: Command = {
  id: 'saliencyLens.previousImage',
  title: 'Previous Image',
  palette: IN_PANEL,
  key: { key: 'alt+pageup', when: IN_PANEL },
  run(ctx) {
    ctx.panels.active?.command('previous');
  },
};
