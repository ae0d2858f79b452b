import type { Command } from './command.ts';

export const showLog: Command = {
  id: 'saliencyLens.showLog',
  title: 'Show Log',
  run(ctx) {
    ctx.log.show();
  },
};
