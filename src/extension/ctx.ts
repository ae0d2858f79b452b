import type * as vscode from 'vscode';
import type { DeviceStatus } from './devices/deviceStatus.ts';
import type { LabelCheck } from './findings/labelCheck.ts';
import type { FindingsTree } from './findings/tree.ts';
import type { PanelDeps } from './panels/panelDeps.ts';
import type { Panels } from './panels/panels.ts';

/** What commands and panels share for as long as the extension is active. */
export interface Ctx extends PanelDeps {
  /** What is remembered of this workspace. */
  readonly state: vscode.Memento;
  readonly panels: Panels;
  readonly deviceStatus: DeviceStatus;
  readonly labelCheck: LabelCheck;
  readonly findingsTree: FindingsTree;
}
