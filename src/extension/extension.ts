import * as vscode from 'vscode';
import { COMMANDS } from './commands/commands.ts';
import type { Ctx } from './ctx.ts';
import { ModelMemory } from './modelMemory.ts';
import { Panels } from './panels/panels.ts';
import { showFailure } from './report.ts';
import { affects, PROCESS_SETTINGS, panelSettings, processOptions, setting } from './settings.ts';
import { ExplainerClient } from './worker/client.ts';

/** What other extensions and our own tests may ask of the active extension. */
export interface Api {
  /** Process id of the explainer process, while one runs. */
  explainerProcess(): number | undefined;
}

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('Saliency Lens', { log: true });
  const client = new ExplainerClient({
    entry: context.asAbsolutePath('dist/explainer.cjs'),
    log,
    processOptions,
    idleMilliseconds: () => setting('idleMinutes') * 60_000,
  });
  const models = new ModelMemory(context.workspaceState);
  const panels = new Panels({ extensionUri: context.extensionUri, log, client, models });
  const ctx: Ctx = { extensionUri: context.extensionUri, log, client, models, panels };

  context.subscriptions.push(
    log,
    client,
    panels,
    vscode.window.registerWebviewPanelSerializer(Panels.viewType, panels),
    vscode.workspace.onDidGrantWorkspaceTrust(() => panels.trustGranted()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => client.restart('the workspace has other folders')),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (affects(event, ['methods', 'opacity', 'colorMap'])) panels.broadcastSettings(panelSettings());
      if (affects(event, PROCESS_SETTINGS)) client.restart('its settings have changed');
    }),
    ...COMMANDS.map((command) =>
      vscode.commands.registerCommand(command.id, async (...args: unknown[]) => {
        try {
          return await command.run(ctx, ...args);
        } catch (thrown) {
          showFailure(thrown, log);
          return undefined;
        }
      }),
    ),
  );
  return { explainerProcess: () => client.pid };
}
