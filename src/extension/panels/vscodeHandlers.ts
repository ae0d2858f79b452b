import * as vscode from 'vscode';
import type { Handlers } from '../../explainers/protocol/endpoint.ts';
import type { HostSide } from '../../explainers/protocol/messages.ts';
import { handedFinding } from '../findings/handedFinding.ts';
import type { PanelDeps } from './panelDeps.ts';

type Handled = 'openFile' | 'openMethodPage' | 'restartExplainer' | 'grantTrust' | 'review';

/** The requests of a page that VS Code answers, whatever the panel shows. */
export function vscodeHandlers({
  client,
  extensionUri,
  findings,
}: PanelDeps): Pick<Handlers<HostSide>['requests'], Handled> {
  return {
    openFile: async ({ path: file, line }) => {
      const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), {
        viewColumn: vscode.ViewColumn.Beside,
        ...(line === undefined ? {} : { selection: new vscode.Range(at, at) }),
      });
      return null;
    },
    openMethodPage: async ({ method }) => {
      if (!/^\w+$/.test(method)) return null; // it becomes part of a file's name
      const page = vscode.Uri.joinPath(extensionUri, 'docs', 'methods', `${method}.md`);
      await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
      return null;
    },
    restartExplainer: () => {
      client.restart('by the panel');
      client.start();
      return null;
    },
    grantTrust: async () => {
      await vscode.commands.executeCommand('workbench.trust.manage');
      return { trusted: vscode.workspace.isTrusted };
    },
    review: ({ finding, verdict, note }) => findings.review(handedFinding(findings, { finding }), verdict, note),
  };
}
