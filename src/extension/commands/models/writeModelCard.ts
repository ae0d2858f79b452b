import * as vscode from 'vscode';
import { writeModelCard as write } from '../../models/modelCard.ts';
import { browseModel } from '../../models/pickModel.ts';
import { type Command, IS_MODEL, ON_DISK } from '../command.ts';

export const writeModelCard: Command = {
  id: 'saliencyLens.writeModelCard',
  title: 'Write Model Card',
  menus: {
    'explorer/context': { when: `${IS_MODEL} && ${ON_DISK}`, group: '2_workspace@1' },
  },
  async run(ctx, clicked) {
    const model =
      clicked instanceof vscode.Uri
        ? clicked.fsPath
        : (ctx.panels.active?.model ?? (await browseModel('Write Model Card', 'Write Card')));
    if (!model) return;
    const card = await write(ctx.client, model);
    await ctx.panels.cardWritten(model, card);
  },
};
