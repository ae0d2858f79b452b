import * as vscode from 'vscode';
import { MODEL_ENDINGS } from '../../explainers/files/modelFiles.ts';
import { writeModelCard as write } from '../models/modelCard.ts';
import { type Command, IS_MODEL, ON_DISK } from './command.ts';

export const writeModelCard: Command = {
  id: 'saliencyLens.writeModelCard',
  title: 'Write Model Card',
  menus: {
    'explorer/context': { when: `${IS_MODEL} && ${ON_DISK}`, group: '2_workspace@1' },
  },
  async run(ctx, clicked) {
    const model = clicked instanceof vscode.Uri ? clicked.fsPath : (ctx.panels.active?.model ?? (await pickModel()));
    if (!model) return;
    const card = await write(ctx.client, model);
    await ctx.panels.cardWritten(model, card);
  },
};

async function pickModel(): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: 'Write Model Card',
    openLabel: 'Write Card',
    filters: { Models: [...MODEL_ENDINGS, 'json'] },
  });
  return picked?.[0]?.fsPath;
}
