import { TAKE_AWAY, type TakeAway } from '../../explainers/protocol/takeAway.ts';
import { type Command, IN_PANEL } from './command.ts';

/** On the picture of a panel: VS Code's own menu there, in place of a browser's. */
const ON_PICTURE = "webviewId =~ /^saliencyLens\\.(explain|image)$/ && webviewSection == 'picture'";

/** A command for each thing that can be taken out of a panel, in the menu of its picture and of its title. */
export const takeAwayCommands: readonly Command[] = (Object.keys(TAKE_AWAY) as TakeAway[]).map((what, i) => ({
  id: `saliencyLens.${what}`,
  title: TAKE_AWAY[what],
  palette: IN_PANEL,
  menus: {
    'webview/context': { when: ON_PICTURE, group: `${what.startsWith('copy') ? 1 : 2}_takeAway@${i}` },
    'saliencyLens.takeAway': { when: IN_PANEL, group: `${what.startsWith('copy') ? 1 : 2}_takeAway@${i}` },
  },
  run(ctx) {
    ctx.panels.active?.command(what);
  },
}));
