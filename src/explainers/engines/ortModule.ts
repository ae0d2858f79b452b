import { createRequire } from 'node:module';
import path from 'node:path';
import { resolvePackage } from '../here.ts';

export type NativeModule = typeof import('onnxruntime-node');

/** ONNX Runtime's native library, and the file that stands for its package: a thread loads it by that. */
export interface NativeRuntime {
  readonly ort: NativeModule;
  readonly file: string;
}

/**
 * Loads ONNX Runtime's native library. Throws where none fits this machine.
 * @param folder a folder with `node_modules/onnxruntime-node` of its own, such as one with the libraries of CUDA;
 * absent: ours
 */
export async function loadNative(folder?: string): Promise<NativeRuntime> {
  // From 1.29 on its builds for Linux and macOS report their use to Microsoft, unless this is set before the library
  // loads.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  // Ten bits of a product's factors are not float32.
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  const name = 'onnxruntime-node';
  const file = folder === undefined ? resolvePackage(name) : createRequire(path.join(folder, 'of.cjs')).resolve(name);
  const module: unknown = folder === undefined ? await import('onnxruntime-node') : createRequire(file)(file);
  const ort = ((module as { default?: NativeModule }).default ?? module) as NativeModule;
  // What goes wrong is thrown in our own words; the library's log would repeat it in its.
  ort.env.logLevel = 'fatal';
  return { ort, file };
}
