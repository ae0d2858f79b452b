import { ExplainError } from '../errors.ts';
import type { Device, Engine } from './engine.ts';
import { compileOrt } from './ortExecutable.ts';
import { defaultThreads } from './threads.ts';

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
  /** Threads of one operator; absent: the physical cores. */
  readonly threads?: number;
}

/** ONNX Runtime's native library. Throws where it does not load on this machine (`openEngine` then falls back). */
export async function openOnnxRuntime(options: EngineOptions = {}): Promise<Engine> {
  const module = await import('onnxruntime-node');
  const ort = ((module as { default?: OrtModule }).default ?? module) as OrtModule;
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
  return {
    info: {
      id: 'onnxruntime',
      title: TITLE,
      version: ort.env.versions.node ?? ort.env.versions.common,
      device: device === 'auto' ? 'cpu' : device,
    },
    compile: (graph) =>
      compileOrt(ort, graph, TITLE, {
        executionProviders: [...providers],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
      }),
    dispose: async () => {},
  };
}
