import type { Device, EngineInfo } from '../../explainers/contracts/device.ts';

const TITLES: Readonly<Record<Device, string>> = {
  auto: 'Auto',
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
};

export const deviceTitle = (device: Device): string => TITLES[device];

/** What the status bar says of the model that was opened last. */
export interface DeviceState {
  /** Name of the card or model file. */
  readonly model: string;
  readonly engine: EngineInfo;
}

/** The device, and whether it is not the one that was meant. */
export const barWords = ({ engine }: DeviceState) => ({
  words: deviceTitle(engine.device),
  icons: { before: 'chip', ...(engine.notice && { behind: 'warning' }) },
});

/** Lines: the model, where it runs, and why nowhere else. */
export function barDetails({ model, engine }: DeviceState): readonly string[] {
  const { title, version, device, compared, passedOver = [], notice } = engine;
  return [
    `${model} runs on ${deviceTitle(device)} (${title} ${version}).`,
    ...(notice ? [notice] : []),
    ...(compared ? [compared] : []),
    ...passedOver.map((each) => `Not on ${deviceTitle(each.device)}: ${each.reason}.`),
  ];
}
