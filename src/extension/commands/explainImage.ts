import { IS_CONTAINER, IS_IMAGE } from '../images.ts';
import { type Command, ON_DISK } from './command.ts';
import { selectedFiles } from './selection.ts';

export const explainImage: Command = {
  id: 'saliencyLens.explainImage',
  title: 'Explain Image',
  menus: {
    'explorer/context': {
      when: `(${IS_IMAGE} || ${IS_CONTAINER}) && ${ON_DISK} && !explorerResourceIsFolder`,
      group: '2_workspace@1',
    },
    'editor/title/context': { when: `${IS_IMAGE} && ${ON_DISK}`, group: '2_files@1' },
  },
  async run(ctx, ...args) {
    ctx.panels.warmUp();
    await ctx.panels.open(await selectedFiles(args));
  },
};
