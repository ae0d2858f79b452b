import { ExplainError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { type EngineOptions, openOnnxRuntime } from './onnxruntime.ts';
import { openOnnxRuntimeWeb } from './onnxruntimeWeb.ts';
import { openTfjs } from './tfjs/openTfjs.ts';
import { checkThreads } from './threads.ts';

/** Every engine by its id, and what opens it. */
const OPENERS = {
  onnxruntime: openOnnxRuntime,
  'onnxruntime-web': openOnnxRuntimeWeb,
  tfjs: openTfjs,
};

export type EngineId = keyof typeof OPENERS;
export const ENGINES = Object.keys(OPENERS) as readonly EngineId[];

/**
 * The requested engine, or the best that works here: ONNX Runtime's native library, or if there is none (macOS on
 * Intel, musl), the same runtime as WebAssembly, which says so in its `notice`.
 */
export async function openEngine(options: EngineOptions & { readonly engine?: EngineId } = {}): Promise<Engine> {
  checkThreads(options.threads);
  const { engine = 'onnxruntime' } = options;
  try {
    return await OPENERS[engine](options);
  } catch (thrown) {
    if (thrown instanceof ExplainError || engine !== 'onnxruntime') throw thrown;
    const cause = thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown);
    if (options.engine || (options.device && options.device !== 'auto' && options.device !== 'cpu')) {
      throw new ExplainError(
        {
          kind: 'engine',
          message: `ONNX Runtime's native library does not load here: ${cause}`,
          subject: `${process.platform} ${process.arch}`,
          next: 'Run without --engine and --device to use its WebAssembly build, which is slower.',
        },
        { cause: thrown },
      );
    }
    return openOnnxRuntimeWeb({
      ...options,
      notice: `There is no native ONNX Runtime for ${process.platform} ${process.arch}, so its WebAssembly build runs instead, several times slower.`,
    });
  }
}
