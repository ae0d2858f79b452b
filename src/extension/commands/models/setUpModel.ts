import * as vscode from 'vscode';
import { browseModel } from '../../models/pickModel.ts';
import { requireTrust } from '../../trust.ts';
import { type Command, IS_MODEL, ON_DISK } from '../command.ts';

export const setUpModel: Command = {
  id: 'saliencyLens.setUpModel',
  title: 'Set Up Model…',
  menus: {
    'explorer/context': {
      when: `(${IS_MODEL} || resourceFilename =~ /\\.explain\\.json$/) && ${ON_DISK}`,
      group: '2_workspace@2',
    },
  },
  async run(ctx, clicked) {
    const active = ctx.panels.active;
    const handed = clicked instanceof vscode.Uri ? clicked.fsPath : undefined;
    const model = handed ?? active?.model ?? (await browseModel('Set Up Model', 'Set Up'));
    if (!model) return;
    requireTrust(model);
    // Loaded when it is needed, because everything loaded at activation delays the first panel.
    const { SetUpPanel } = await import('../../setUp/setUpPanel.ts');
    await SetUpPanel.open(ctx, model, (active?.model === model ? active.image : null) ?? null);
  },
};
