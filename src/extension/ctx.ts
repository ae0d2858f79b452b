import type * as vscode from 'vscode';
import type { Findings } from './findings/findings.ts';
import type { LabelCheck } from './findings/labelCheck.ts';
import type { FindingsTree } from './findings/tree.ts';
import type { ModelMemory } from './modelMemory.ts';
import type { Panels } from './panels/panels.ts';
import type { ExplainerClient } from './worker/client.ts';

/** What commands and panels share for as long as the extension is active. */
export interface Ctx {
  readonly extensionUri: vscode.Uri;
  /** What is remembered of this workspace. */
  readonly state: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
  readonly client: ExplainerClient;
  readonly models: ModelMemory;
  readonly panels: Panels;
  readonly findings: Findings;
  readonly labelCheck: LabelCheck;
  readonly findingsTree: FindingsTree;
}
