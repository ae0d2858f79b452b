import type { Device } from '../../contracts/device.ts';
import { ExplainError } from '../../errors.ts';
import { withoutStop } from '../../errorText.ts';
import type { Engine } from '../engine.ts';
import { heldBytes } from '../heldBytes.ts';
import { compileOrt, optimization } from '../ortExecutable.ts';
import { sessionsOn } from '../ortLanes.ts';
import { loadNative, type NativeRuntime } from '../ortModule.ts';
import { sessionsHere } from '../ortSession.ts';
import { OrtThread } from '../ortThread.ts';
import { writeModelFiles } from '../weightsFile.ts';
import { maxPoolForm } from './maxPoolForm.ts';
import { singleForm, widened } from './singleForm.ts';
import { sumForm } from './sumForm.ts';

const TITLE = 'ONNX Runtime';

export interface DeviceOptions {
  readonly device: Exclude<Device, 'auto' | 'cpu'>;
  /** A folder with a separate ONNX Runtime; absent: ours. */
  readonly runtime?: string | undefined;
  readonly threads?: number | undefined;
}

/** The threads of devices, one per runtime; a device serves one run at a time anyway. */
const threads = new Map<string, OrtThread>();

/**
 * ONNX Runtime on a device other than the CPU. A graph is refused if the device cannot take every node, so no part of
 * it silently runs on the CPU. Throws `engine` if this build does not know the device.
 */
export async function openOnDevice({ device, runtime, threads: count }: DeviceOptions): Promise<Engine> {
  const native = await loadNative(runtime);
  const { ort } = native;
  const bundled = ort.listSupportedBackends().map(({ name }) => name);
  if (!bundled.includes(device)) {
    throw new ExplainError({
      kind: 'engine',
      message: `This build of ONNX Runtime has no device '${device}' (${process.platform} ${process.arch}).`,
      subject: `device ${device}`,
      next: `Choose one of: ${bundled.join(', ')}.`,
    });
  }
  return {
    info: { id: 'onnxruntime', title: TITLE, version: ort.env.versions.node ?? ort.env.versions.common, device },
    lanes: 1,
    holds: (graph) => heldBytes(graph, false),
    compile: async (given) => {
      const single = singleForm(given);
      const graph = sumForm(maxPoolForm(single));
      const options = {
        executionProviders: [device],
        ...(count !== undefined && { intraOpNumThreads: count }),
        executionMode: 'sequential',
        enableMemPattern: false,
        // Proof that every node is on the device.
        extra: { session: { disable_cpu_ep_fallback: '1' }, ...optimization(graph) },
      } as const;
      try {
        const made = await compileOrt(sessionsBeside(native), graph, TITLE, options, {
          writeFiles: writeModelFiles,
          standard: true,
        });
        return single === given ? made : widened(made, given);
      } catch (thrown) {
        throw deviceError(device, thrown);
      }
    },
    dispose: async () => {},
  };
}

function sessionsBeside({ ort, file }: NativeRuntime) {
  let thread = threads.get(file);
  if (!thread || thread.ended) {
    try {
      thread = new OrtThread(file);
      threads.set(file, thread);
    } catch {
      return sessionsHere(ort);
    }
  }
  return sessionsOn(thread, ort);
}

/**
 * If a session fails on a device other than the CPU, the device is usually the reason: no driver, no adapter, no
 * library.
 */
function deviceError(device: Device, thrown: unknown): unknown {
  if (!(thrown instanceof ExplainError) || thrown.kind !== 'engine') return thrown;
  const said = thrown.cause instanceof Error ? thrown.cause.message.replace(/\s+/g, ' ') : thrown.message;
  if (/assigned to the default CPU EP/i.test(said)) {
    return new ExplainError(
      {
        kind: 'unsupported',
        message: `The device '${device}' does not support an operator of this graph.`,
        subject: `device ${device}`,
        next: 'Use the CPU (--device cpu; in VS Code the setting saliencyLens.device).',
      },
      { cause: thrown },
    );
  }
  const reason =
    /CUDA failure [0-9]{1,4}: ([^;]*[^; ])/.exec(said)?.[1] ??
    /(Failed to [^.]*|No supported [^.]*)/.exec(said)?.[1] ??
    withoutStop(thrown.message);
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
