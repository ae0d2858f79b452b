import { type Command, IN_PANEL } from './command.ts';

export const nextImage: Command = {
  id: 'saliencyLens.nextImage',
  title: 'Next Image',
  palette: IN_PANEL,
  key: { key: 'alt+pagedown', when: IN_PANEL },
  run(ctx) {
    ctx.panels.active?.command('next');
  },
};
