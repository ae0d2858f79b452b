import type { Command } from '../command.ts';

export const installRuntime: Command = {
  id: 'saliencyLens.installRuntime',
  title: 'Install Runtime…',
  async run(ctx) {
    // Loaded when it is needed, because everything loaded at activation delays the first panel.
    const { chooseRuntime } = await import('../../runtimes/installRuntime.ts');
    await chooseRuntime(ctx);
  },
};
