import { showWelcome as show } from '../welcome.ts';
import type { Command } from './command.ts';

export const showWelcome: Command = {
  id: 'saliencyLens.showWelcome',
  title: 'Show Welcome',
  run: () => show(),
};
