import { type Command, IN_FIX } from '../command.ts';

export const discardFix: Command = {
  id: 'saliencyLens.discardFix',
  title: 'Discard Fix',
  icon: '$(discard)',
  palette: IN_FIX,
  menus: { 'editor/title': { when: IN_FIX, group: 'navigation@2' } },
  run: (ctx) => ctx.fixes.discard(),
};
