import * as vscode from 'vscode';
import { type Command, ON_DISK } from './command.ts';

export const explainFolder: Command = {
  id: 'saliencyLens.explainFolder',
  title: 'Explain Images in Folder',
  menus: {
    'explorer/context': { when: `explorerResourceIsFolder && ${ON_DISK}`, group: '2_workspace@1' },
  },
  async run(ctx, clicked, selection) {
    const uris = (Array.isArray(selection) ? selection : [clicked]).filter((each) => each instanceof vscode.Uri);
    const folders = uris.length > 0 ? uris : await pickFolder();
    await ctx.panels.open(folders.map((uri) => uri.fsPath));
  },
};

async function pickFolder(): Promise<readonly vscode.Uri[]> {
  const options = {
    canSelectFolders: true,
    canSelectFiles: false,
    openLabel: 'Explain',
    title: 'Explain Images in Folder',
  };
  return (await vscode.window.showOpenDialog(options)) ?? [];
}
