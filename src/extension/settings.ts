import * as vscode from 'vscode';
import type { FindingKind } from '../explainers/contracts/results.ts';
import type { PanelSettings } from '../explainers/protocol/messages.ts';
import { boundedSetting } from './boundedSetting.ts';
import { KIND_IDS } from './findings/kinds.ts';
import { SETTINGS, type SettingKey, type SettingValue } from './settingsTable.ts';

/**
 * A setting's value, its default included, within the bounds of the table: settings.json is free text, and a workspace brings its own.
 * What is of a wrong type or no choice counts as the default; a number beyond its bounds, as the nearest within.
 */
export function setting<K extends SettingKey>(key: K): SettingValue<K> {
  const value: unknown = vscode.workspace.getConfiguration('saliencyLens').get(key);
  return boundedSetting(SETTINGS[key], value) as SettingValue<K>;
}

export function panelSettings(): PanelSettings {
  return {
    methods: setting('methods'),
    opacity: setting('opacity'),
    colorMap: setting('colorMap'),
  };
}

/** The settings that the explainer process has from its start: it is started anew when one changes. */
export const PROCESS_SETTINGS = ['device', 'threads', 'batchMemory', 'memory'] as const satisfies readonly SettingKey[];
type ProcessSetting = (typeof PROCESS_SETTINGS)[number];

/** What the explainer process is started with: settings, and the folders in which it may look for annotation files. */
export function processOptions(): Record<ProcessSetting, string | number> & { readonly workspace: readonly string[] } {
  const settings = Object.fromEntries(PROCESS_SETTINGS.map((key) => [key, setting(key)])) as Record<
    ProcessSetting,
    string | number
  >;
  const folders = vscode.workspace.workspaceFolders ?? [];
  return { ...settings, workspace: folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath) };
}

/** What Check Labels looks for; all where the setting names nothing known. */
export function checkedKinds(): readonly FindingKind[] {
  const wanted = KIND_IDS.filter((id) => setting('checkLabels.kinds').includes(id));
  return wanted.length > 0 ? wanted : KIND_IDS;
}

export function affects(event: vscode.ConfigurationChangeEvent, keys: readonly SettingKey[]): boolean {
  return keys.some((key) => event.affectsConfiguration(`saliencyLens.${key}`));
}
