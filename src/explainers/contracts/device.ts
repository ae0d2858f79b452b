/** Where a graph runs: `auto` is the fastest device that gives the CPU's numbers. */
export type Device = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
export const DEVICES: readonly Device[] = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

/** A device that was not taken, and why: one sentence without its full stop. */
export interface PassedOver {
  readonly device: Device;
  readonly reason: string;
}

export interface EngineInfo {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** The device that was chosen by `auto` or by the user. */
  readonly device: Device;
  /** A sentence for the panel: the engine is a slow stand-in, or its device was lost; else absent. */
  readonly notice?: string | undefined;
  /** The devices before it in the order of `auto` that were not taken; absent: none was tried. */
  readonly passedOver?: readonly PassedOver[];
  /** How the device's numbers and times compare with the CPU's: one sentence. Absent on the CPU. */
  readonly compared?: string | undefined;
}
