import type { Device } from '../contracts/device.ts';
import { openOnDevice } from './devices/onDevice.ts';
import type { Engine } from './engine.ts';
import { heldBytes, packingIsDear } from './heldBytes.ts';
import { isLarge } from './idleOptimizers.ts';
import { compileOrt, optimization } from './ortExecutable.ts';
import { OrtLanes } from './ortLanes.ts';
import { loadNative } from './ortModule.ts';
import { sessionsHere } from './ortSession.ts';
import { defaultThreads } from './threads.ts';
import { writeModelFiles } from './weightsFile.ts';

const TITLE = 'ONNX Runtime';

export interface EngineOptions {
  readonly device?: Device | undefined;
  /** A folder with a copy of ONNX Runtime that has the libraries of more devices; absent: ours. */
  readonly runtime?: string | undefined;
  /** Folder with runtimes that a person has installed besides ours; absent: none. */
  readonly runtimes?: string | undefined;
  /** The total number of threads for runs; absent: the number of physical cores. */
  readonly threads?: number | undefined;
}

/**
 * ONNX Runtime’s native library, on the CPU or on one other device. Throws where it does not load on this machine
 * (`openEngine` then falls back).
 */
export async function openOnnxRuntime(options: EngineOptions = {}): Promise<Engine> {
  const { device = 'auto' } = options;
  if (device !== 'auto' && device !== 'cpu') return openOnDevice({ ...options, device });
  const { ort, file } = await loadNative(options.runtime);
  const threads = options.threads ?? defaultThreads();
  const blocked = process.arch === 'x64';
  const lanes = new OrtLanes(ort, threads, file);
  return {
    info: {
      id: 'onnxruntime',
      title: TITLE,
      version: ort.env.versions.node ?? ort.env.versions.common,
      device: 'cpu',
    },
    lanes: threads,
    holds: (graph, { lanes: wanted = 1 } = {}) => Math.min(wanted, threads) * heldBytes(graph, !packingIsDear(graph)),
    compile: async (graph, { lanes: wanted } = {}) => {
      const count = Math.min(wanted ?? 1, threads);
      const options = {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        // A single block for all of a run's values is larger than the values alive at one time, and no run is faster
        // with it.
        enableMemPattern: false,
        // Waking a thread for each of a run's thousand operators takes 5 to 10 % of its time, so threads spin while a
        // run lasts. They stop after it, because the editor and its servers need the cores.
        extra: { session: { intra_op: { allow_spinning: '1' }, force_spinning_stop: '1' }, ...optimization(graph) },
      } as const;
      const alone = isLarge(graph) ? lanes.alone() : sessionsHere(ort);
      return await compileOrt(count > 1 ? lanes.sessions(count) : alone, graph, TITLE, options, {
        writeFiles: writeModelFiles,
        blocked,
        packed: wanted !== undefined,
      });
    },
    dispose: () => lanes.end(),
  };
}
