import type * as vscode from 'vscode';
import type { ModelMemory } from './modelMemory.ts';
import type { Panels } from './panels/panels.ts';
import type { ExplainerClient } from './worker/client.ts';

/** What commands and panels share for as long as the extension is active. */
export interface Ctx {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly client: ExplainerClient;
  readonly models: ModelMemory;
  readonly panels: Panels;
}
