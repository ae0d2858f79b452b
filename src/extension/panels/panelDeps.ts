import type * as vscode from 'vscode';
import type { Findings } from '../findings/findings.ts';
import type { ModelMemory } from '../models/modelMemory.ts';
import type { ExplainerClient } from '../worker/client.ts';

/** What a panel needs of the extension. */
export interface PanelDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly client: ExplainerClient;
  readonly models: ModelMemory;
  readonly findings: Findings;
}
