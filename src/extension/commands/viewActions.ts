import { VIEW_ACTIONS, type ViewAction } from '../../explainers/protocol/viewActions.ts';
import { type Command, IN_PANEL } from './command.ts';

/** A command for each thing that a panel can do with its view. */
export const viewActionCommands: readonly Command[] = (Object.keys(VIEW_ACTIONS) as ViewAction[]).map((action) => ({
  id: `saliencyLens.${action}`,
  title: VIEW_ACTIONS[action],
  palette: IN_PANEL,
  run(ctx) {
    ctx.panels.active?.command(action);
  },
}));
