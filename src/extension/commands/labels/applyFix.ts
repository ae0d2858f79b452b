import { type Command, IN_FIX } from '../command.ts';

export const applyFix: Command = {
  id: 'saliencyLens.applyFix',
  title: 'Apply Fix',
  icon: '$(check)',
  palette: IN_FIX,
  menus: { 'editor/title': { when: IN_FIX, group: 'navigation@1' } },
  key: { key: 'ctrl+enter', mac: 'cmd+enter', when: IN_FIX },
  run: (ctx) => ctx.fixes.confirm(),
};
