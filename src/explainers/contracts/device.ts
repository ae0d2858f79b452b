/** Where a graph runs: `auto` is the fastest that is known to give the CPU's numbers. */
export type Device = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
export const DEVICES: readonly Device[] = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

export interface EngineInfo {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** The device that `auto` or the user's choice came to. */
  readonly device: Device;
  /** A sentence for the panel where the engine is a slow stand-in; else absent. */
  readonly notice?: string;
}
