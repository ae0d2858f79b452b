import type { Command } from '../command.ts';

export const chooseDevice: Command = {
  id: 'saliencyLens.chooseDevice',
  title: 'Choose Device…',
  run: (ctx) => ctx.deviceStatus.choose(),
};
