import type * as vscode from 'vscode';
import type { DeviceStatus } from './devices/deviceStatus.ts';
import type { LabelCheck } from './findings/labelCheck.ts';
import type { FindingsTree } from './findings/tree.ts';
import type { Triage } from './findings/triage.ts';
import type { Fixes } from './fixes/fixes.ts';
import type { LinkedFolders } from './links/linkedFolders.ts';
import type { LinkQuestions } from './links/linkQuestions.ts';
import type { PanelDeps } from './panels/panelDeps.ts';
import type { Panels } from './panels/panels.ts';
import type { FolderEvaluation } from './results/folderEvaluation.ts';

/** The objects that commands and panels share while the extension is active. */
export interface Ctx extends PanelDeps {
  /** The stored state of this workspace. */
  readonly state: vscode.Memento;
  /** The folder with runtimes that a person has installed besides ours. */
  readonly runtimes: string;
  readonly panels: Panels;
  readonly deviceStatus: DeviceStatus;
  readonly labelCheck: LabelCheck;
  readonly findingsTree: FindingsTree;
  readonly triage: Triage;
  readonly fixes: Fixes;
  readonly evaluation: FolderEvaluation;
  readonly linkedFolders: LinkedFolders;
  readonly linkQuestions: LinkQuestions;
}
