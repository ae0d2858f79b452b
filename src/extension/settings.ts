import * as vscode from 'vscode';
import type { PanelSettings } from '../webview/protocol/messages.ts';
import { SETTINGS, type SettingKey, type SettingValue } from './settingsTable.ts';

/** A setting's value, its default included. A value of a wrong type (settings.json is free text) counts as the default. */
export function setting<K extends SettingKey>(key: K): SettingValue<K> {
  const spec = SETTINGS[key];
  const value: unknown = vscode.workspace.getConfiguration('saliencyLens').get(key);
  const sound = Array.isArray(spec.default) ? Array.isArray(value) : typeof value === typeof spec.default;
  return (sound ? value : spec.default) as SettingValue<K>;
}

export function panelSettings(): PanelSettings {
  return {
    methods: setting('methods'),
    opacity: Math.min(1, Math.max(0, setting('opacity'))),
    colorMap: setting('colorMap'),
  };
}

/** What the explainer process is started with. */
export function processOptions(): { device: string; threads: number } {
  return { device: setting('device'), threads: setting('threads') };
}

export function affects(event: vscode.ConfigurationChangeEvent, keys: readonly SettingKey[]): boolean {
  return keys.some((key) => event.affectsConfiguration(`saliencyLens.${key}`));
}
