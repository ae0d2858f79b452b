import path from 'node:path';
import * as vscode from 'vscode';
import { ResultsPanel } from '../results/resultsPanel.ts';
import { type Command, ON_DISK } from './command.ts';

export const openResults: Command = {
  id: 'saliencyLens.openResults',
  title: 'Open Results of an Evaluation…',
  menus: {
    'explorer/context': {
      when: `${ON_DISK} && (resourceFilename =~ /^part-.*\\.parquet$/ || explorerResourceIsFolder)`,
      group: '2_workspace@4',
    },
  },
  async run(ctx, clicked) {
    const uri = clicked instanceof vscode.Uri ? clicked : (await pickFolder())?.[0];
    if (!uri) return;
    const folder = /\.parquet$/i.test(uri.fsPath) ? path.dirname(uri.fsPath) : uri.fsPath;
    new ResultsPanel(ctx, folder);
  },
};

function pickFolder() {
  return vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    openLabel: 'Open',
    title: 'Open Results of an Evaluation',
  });
}
