import path from 'node:path';
import * as vscode from 'vscode';
import { DEVICES, type Device } from '../../explainers/contracts/device.ts';
import type { ModelDescription } from '../../explainers/contracts/results.ts';
import { pick, StatusItem } from '../say.ts';
import { setting } from '../settings.ts';
import { barDetails, barWords, type DeviceState, deviceTitle } from './deviceText.ts';

const ABOUT: Readonly<Record<Device, string>> = {
  auto: 'The fastest device that gives the numbers of the CPU',
  cpu: 'The processor',
  webgpu: 'The graphics card, through WebGPU',
  cuda: 'An NVIDIA graphics card (Linux)',
  dml: 'The graphics card, through DirectML (Windows)',
  coreml: 'Neural engine and graphics card (macOS)',
};

/**
 * The status bar: which device the model that was opened last runs on, and why on no other. A click chooses another.
 */
export class DeviceStatus implements vscode.Disposable {
  readonly #item = new StatusItem('saliencyLens.device', 'Saliency Lens Device', 'saliencyLens.chooseDevice');
  #state: DeviceState | undefined;
  #again = false;

  /** A model was described. */
  show(model: string, { engine }: Pick<ModelDescription, 'engine'>): void {
    this.#state = { model: path.basename(model), engine };
    const { words, icons } = barWords(this.#state);
    this.#item.show(words, barDetails(this.#state), icons);
  }

  /** Asks for a device and writes it into the setting, from which the explainer process takes it. */
  async choose(): Promise<void> {
    const current = setting('device');
    const passed = new Map(this.#state?.engine.passedOver?.map(({ device, reason }) => [device, reason]));
    const items = DEVICES.map((device) => ({
      device,
      label: deviceTitle(device),
      ...(device === current && { iconPath: new vscode.ThemeIcon('check') }),
      description: ABOUT[device],
      ...(passed.has(device) && { detail: `Not taken: ${passed.get(device)}` }),
    }));
    const chosen = await pick(items, { title: 'Where models run', matchOnDescription: true });
    if (!chosen || chosen.device === current) return;
    const configuration = vscode.workspace.getConfiguration('saliencyLens');
    const inWorkspace = configuration.inspect('device')?.workspaceValue !== undefined;
    const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await configuration.update('device', chosen.device, target);
  }

  /** The next explainer process compares devices again. */
  askAgain(): void {
    this.#again = true;
  }

  /** Whether the process that is about to start compares devices again; this is answered once. */
  takeAgain(): boolean {
    const again = this.#again;
    this.#again = false;
    return again;
  }

  dispose(): void {
    this.#item.dispose();
  }
}
