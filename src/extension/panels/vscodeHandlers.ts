import * as vscode from 'vscode';
import type { Handlers } from '../../explainers/protocol/endpoint.ts';
import type { HostSide } from '../../explainers/protocol/messages.ts';
import { handedFinding } from '../findings/handedFinding.ts';
import { say } from '../say.ts';
import { saveFile } from '../takeAway/saveFile.ts';
import { commandLine, type Shell, shellOf } from '../takeAway/shellQuote.ts';
import type { PanelDeps } from './panelDeps.ts';

type Handled =
  | 'openFile'
  | 'openMethodPage'
  | 'restartExplainer'
  | 'grantTrust'
  | 'review'
  | 'fixLabel'
  | 'saveFile'
  | 'copyText'
  | 'copyCommand'
  | 'mayLeave';

const PROGRAM = ['npx', 'saliency-lens'];

const SHELLS: Readonly<Record<Shell, string>> = { bash: 'bash', powershell: 'PowerShell', cmd: 'cmd' };

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
    saveFile: ({ name, bytes }) => saveFile(name, bytes),
    copyText: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      void say.information('Copied.');
      return null;
    },
    copyCommand: async ({ args }) => {
      const shell = shellOf(vscode.env.shell);
      await vscode.env.clipboard.writeText(commandLine([...PROGRAM, ...args], shell));
      void say.information(`The command is copied, quoted for ${SHELLS[shell]}.`);
      return null;
    },
    mayLeave: () =>
      say.confirm(
        'Patient data may be burned into this picture.',
        'It was made from a DICOM file. The tags of the file are not written; what is drawn into its pixels is.',
        'Continue',
      ),
    fixLabel: async ({ finding, change }) => {
      await vscode.commands.executeCommand('saliencyLens.fixLabel', { finding }, change ?? undefined);
      return null;
    },
    review: ({ finding, verdict, note }) => findings.review(handedFinding(findings, { finding }), verdict, note),
  };
}
