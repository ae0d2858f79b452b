import type { Command } from '../command.ts';

export const restartExplainer: Command = {
  id: 'saliencyLens.restartExplainer',
  title: 'Restart Explainer',
  run(ctx) {
    ctx.client.restart('by command');
    ctx.client.start();
  },
};
