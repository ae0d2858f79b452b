import * as vscode from 'vscode';
import type { FindingKind } from '../explainers/contracts/results.ts';
import type { PanelSettings } from '../explainers/protocol/messages.ts';
import { boundedSetting } from './boundedSetting.ts';
import { KIND_IDS } from './findings/kinds.ts';
import { SETTINGS, type SettingKey, type SettingValue } from './settingsTable.ts';

/**
 * A setting's value, or its default, within the limits of the table: settings.json is free text, and a workspace brings
 * its own. A value of the wrong type, or not among the choices, becomes the default; a number out of range becomes the
 * nearest one in range.
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

/** The settings that the explainer process gets at its start; it is restarted when one changes. */
export const PROCESS_SETTINGS = ['device', 'threads', 'batchMemory', 'memory'] as const satisfies readonly SettingKey[];
type ProcessSetting = (typeof PROCESS_SETTINGS)[number];

/**
 * The options that the explainer process starts with: settings, and the folders in which it may look for annotation
 * files.
 */
export function processOptions(): Record<ProcessSetting, string | number> & { readonly workspace: readonly string[] } {
  const settings = Object.fromEntries(PROCESS_SETTINGS.map((key) => [key, setting(key)])) as Record<
    ProcessSetting,
    string | number
  >;
  const folders = vscode.workspace.workspaceFolders ?? [];
  return { ...settings, workspace: folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath) };
}

/** The kinds of findings to look for; all if the setting names no known one. */
export function checkedKinds(): readonly FindingKind[] {
  const wanted = KIND_IDS.filter((id) => setting('checkLabels.kinds').includes(id));
  return wanted.length > 0 ? wanted : KIND_IDS;
}

export function affects(event: vscode.ConfigurationChangeEvent, keys: readonly SettingKey[]): boolean {
  return keys.some((key) => event.affectsConfiguration(`saliencyLens.${key}`));
}
