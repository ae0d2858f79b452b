import type * as vscode from 'vscode';
import type { Findings } from '../findings/findings.ts';
import type { Triage } from '../findings/triage.ts';
import type { ModelMemory } from '../models/modelMemory.ts';
import type { ExplainerClient } from '../worker/client.ts';
import type { PanelMemory } from './panelMemory.ts';

/** The parts of the extension that a panel needs. */
export interface PanelDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly client: ExplainerClient;
  readonly models: ModelMemory;
  readonly findings: Findings;
  readonly memory: PanelMemory;
  readonly triage: Triage;
}
