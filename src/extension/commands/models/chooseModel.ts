import { type Command, IN_PANEL } from '../command.ts';

export const chooseModel: Command = {
  id: 'saliencyLens.chooseModel',
  title: 'Choose Model…',
  palette: IN_PANEL,
  async run(ctx) {
    await ctx.panels.active?.chooseModel();
  },
};
