import { ExplainError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { heldBytes } from './heldBytes.ts';
import type { EngineOptions } from './onnxruntime.ts';
import { compileOrt, EXACT } from './ortExecutable.ts';
import { sessionsHere } from './ortSession.ts';
import { defaultThreads } from './threads.ts';

const TITLE = 'ONNX Runtime (WebAssembly)';

type OrtModule = typeof import('onnxruntime-web');

/**
 * ONNX Runtime as WebAssembly: the same operators on the CPU of any machine, 4 to 8 times slower than the native
 * library.
 */
export async function openOnnxRuntimeWeb(options: EngineOptions & { readonly notice?: string } = {}): Promise<Engine> {
  if (options.device && options.device !== 'auto' && options.device !== 'cpu') {
    throw new ExplainError({
      kind: 'engine',
      message: `The WebAssembly build of ONNX Runtime runs on the CPU only, not on '${options.device}'.`,
      subject: `device ${options.device}`,
      next: 'Choose --device cpu.',
    });
  }
  const module = await import('onnxruntime-web');
  const ort = ((module as { default?: OrtModule }).default ?? module) as OrtModule;
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = options.threads ?? defaultThreads();
  return {
    info: {
      id: 'onnxruntime-web',
      title: TITLE,
      version: ort.env.versions.web ?? ort.env.versions.common,
      device: 'cpu',
      notice: options.notice,
    },
    lanes: 1,
    holds: (graph) => heldBytes(graph, false),
    compile: (graph) => compileOrt(sessionsHere(ort), graph, TITLE, { executionProviders: ['wasm'], extra: EXACT }),
    dispose: async () => {},
  };
}
