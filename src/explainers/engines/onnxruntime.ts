import type { Device } from '../contracts/device.ts';
import { ExplainError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { heldBytes, packingIsDear } from './heldBytes.ts';
import { isLarge } from './idleOptimizers.ts';
import { compileOrt, optimization } from './ortExecutable.ts';
import { OrtLanes } from './ortLanes.ts';
import { sessionsHere } from './ortSession.ts';
import { defaultThreads } from './threads.ts';
import { writeModelFiles } from './weightsFile.ts';

const TITLE = 'ONNX Runtime';

type OrtModule = typeof import('onnxruntime-node');

/** Execution provider per device. `auto` is the CPU: the only one that gives the CPU's numbers to the last bit. */
const PROVIDERS: Readonly<Record<Device, readonly string[]>> = {
  auto: ['cpu'],
  cpu: ['cpu'],
  webgpu: ['webgpu', 'cpu'],
  cuda: ['cuda', 'cpu'],
  dml: ['dml', 'cpu'],
  coreml: ['coreml', 'cpu'],
};

export interface EngineOptions {
  readonly device?: Device;
  /** Threads that runs may use, together; absent: the physical cores. */
  readonly threads?: number;
}

/** ONNX Runtime's native library. Throws where it does not load on this machine (`openEngine` then falls back). */
export async function openOnnxRuntime(options: EngineOptions = {}): Promise<Engine> {
  // From 1.29 on its builds for Linux and macOS report their use to Microsoft, unless this is set before the library loads.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const module = await import('onnxruntime-node');
  const ort = ((module as { default?: OrtModule }).default ?? module) as OrtModule;
  // What goes wrong is thrown, and told in our words; the library's own log would repeat it in its.
  ort.env.logLevel = 'fatal';
  const device = options.device ?? 'auto';
  const providers = PROVIDERS[device];
  const bundled = new Set(ort.listSupportedBackends().map((backend) => backend.name));
  if (!bundled.has(providers[0]!)) {
    throw new ExplainError({
      kind: 'engine',
      message: `This build of ONNX Runtime has no device '${device}' (${process.platform} ${process.arch}).`,
      subject: `device ${device}`,
      next: `Choose one of: ${[...bundled].join(', ')}.`,
    });
  }
  const threads = options.threads ?? defaultThreads();
  const processor = providers[0] === 'cpu';
  const blocked = processor && process.arch === 'x64';
  const most = processor ? threads : 1;
  const lanes = new OrtLanes(ort, threads);
  return {
    info: {
      id: 'onnxruntime',
      title: TITLE,
      version: ort.env.versions.node ?? ort.env.versions.common,
      device: device === 'auto' ? 'cpu' : device,
    },
    lanes: most,
    holds: (graph, { lanes: wanted = 1 } = {}) => Math.min(wanted, most) * heldBytes(graph, !packingIsDear(graph)),
    compile: async (graph, { lanes: wanted } = {}) => {
      const count = Math.min(wanted ?? 1, most);
      try {
        const options = {
          executionProviders: [...providers],
          intraOpNumThreads: threads,
          interOpNumThreads: 1,
          executionMode: 'sequential',
          // One block for all of a run's values holds more than its values alive at once do, and no run is faster for it.
          enableMemPattern: false,
          // Waking a thread for each of a run's thousand operators takes 5 to 10% of it, so they wait awake; but not when the run is over,
          // as the editor and its servers need the cores.
          extra: { session: { intra_op: { allow_spinning: '1' }, force_spinning_stop: '1' }, ...optimization(graph) },
        } as const;
        const alone = processor && isLarge(graph) ? lanes.alone() : sessionsHere(ort);
        return await compileOrt(count > 1 ? lanes.sessions(count) : alone, graph, TITLE, options, {
          writeFiles: writeModelFiles,
          blocked,
          packed: wanted !== undefined,
        });
      } catch (thrown) {
        throw processor ? thrown : deviceError(device, thrown);
      }
    },
    dispose: () => lanes.end(),
  };
}

/** A session that fails on another device than the CPU mostly fails because of the device: no driver, no adapter, no library. */
function deviceError(device: Device, thrown: unknown): unknown {
  if (!(thrown instanceof ExplainError) || thrown.kind !== 'engine') return thrown;
  const said = thrown.cause instanceof Error ? thrown.cause.message.replace(/\s+/g, ' ') : thrown.message;
  const reason = /(Failed to [^.]*|No supported [^.]*)/.exec(said)?.[1] ?? thrown.message.replace(/[.\s]*$/, '');
  return new ExplainError(
    {
      kind: 'engine',
      message: `The device '${device}' cannot be used here: ${reason}.`,
      subject: `device ${device}`,
      next: 'Check its driver, or use the CPU (--device cpu; in VS Code the setting saliencyLens.device).',
    },
    { cause: thrown },
  );
}
