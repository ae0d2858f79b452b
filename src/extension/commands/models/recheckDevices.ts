import type { Command } from '../command.ts';

export const recheckDevices: Command = {
  id: 'saliencyLens.recheckDevices',
  title: 'Compare Devices Again',
  run(ctx) {
    ctx.deviceStatus.askAgain();
    ctx.client.restart('devices are compared again');
    ctx.panels.computeAgain();
  },
};
