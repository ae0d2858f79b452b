import type { SessionOptions } from '../../explainers/session/options.ts';

/** The extension's settings, in the form that the client passes. */
export function processOptions(argument: string | undefined): SessionOptions {
  const { device, threads, batchMemory, memory, workspace, linked, deviceChecks, runtimes, recheckDevice } = JSON.parse(
    argument ?? '{}',
  ) as Pick<
    SessionOptions,
    'device' | 'threads' | 'workspace' | 'linked' | 'deviceChecks' | 'runtimes' | 'recheckDevice'
  > & {
    /** In megabytes. */
    batchMemory?: number;
    memory?: number;
  };
  return {
    ...(device && { device }),
    ...(threads && { threads }),
    ...(workspace && { workspace }),
    ...(linked && { linked }),
    ...(deviceChecks && { deviceChecks }),
    ...(runtimes && { runtimes }),
    ...(recheckDevice && { recheckDevice }),
    ...(batchMemory && { batchMemory: 2 ** 20 * batchMemory }),
    ...(memory && { memory: 2 ** 20 * memory }),
  };
}
