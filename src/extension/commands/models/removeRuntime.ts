import type { Command } from '../command.ts';

export const removeRuntime: Command = {
  id: 'saliencyLens.removeRuntime',
  title: 'Remove Runtime…',
  async run(ctx) {
    // Loaded when it is needed, because everything loaded at activation delays the first panel.
    const { chooseRemoval } = await import('../../runtimes/installRuntime.ts');
    await chooseRemoval(ctx);
  },
};
