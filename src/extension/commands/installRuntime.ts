import { chooseRuntime } from '../runtimes/installRuntime.ts';
import type { Command } from './command.ts';

export const installRuntime: Command = {
  id: 'saliencyLens.installRuntime',
  title: 'Install Runtime…',
  run: (ctx) => chooseRuntime(ctx),
};
