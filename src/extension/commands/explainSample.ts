import * as vscode from 'vscode';
import type { Command } from './command.ts';

export const explainSample: Command = {
  id: 'saliencyLens.explainSample',
  title: 'Explain Sample Image',
  async run(ctx) {
    ctx.panels.warmUp();
    await ctx.panels.open([vscode.Uri.joinPath(ctx.extensionUri, 'media', 'sample', 'coffee.jpg').fsPath]);
  },
};
