import * as vscode from 'vscode';
import { handedFinding } from '../../findings/handedFinding.ts';
import { fileOf } from '../../findings/place.ts';
import { rangeOf } from '../../findings/problems.ts';
import { A_FINDING, type Command, NEVER } from '../command.ts';

export const openAnnotation: Command = {
  id: 'saliencyLens.openAnnotation',
  title: 'Go to Annotation',
  icon: '$(go-to-file)',
  palette: NEVER,
  menus: { 'view/item/context': { when: A_FINDING, group: 'inline@1' } },
  async run(ctx, handed) {
    const finding = handedFinding(ctx.findings, handed);
    const { start } = rangeOf(finding);
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(fileOf(finding)), {
      selection: new vscode.Range(start, start),
    });
  },
};
