import { chooseRemoval } from '../runtimes/installRuntime.ts';
import type { Command } from './command.ts';

export const removeRuntime: Command = {
  id: 'saliencyLens.removeRuntime',
  title: 'Remove Runtime…',
  run: (ctx) => chooseRemoval(ctx),
};
