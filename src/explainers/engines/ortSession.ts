import type * as Ort from 'onnxruntime-common';
import { own } from '../tables.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { fromOrt, toOrt } from './ortTensor.ts';

/** What the native and the WebAssembly package have in common. */
export type OrtModule = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>;

/** A model loaded by ONNX Runtime, on this thread or on others. */
export interface OrtSession {
  /** How many runs can be in progress at the same time. */
  readonly lanes: number;
  /** @param before called just before the run starts; the run throws whatever it throws */
  run(
    feeds: ReadonlyMap<string, Tensor>,
    outputs: readonly string[],
    before: () => void,
  ): Promise<ReadonlyMap<string, Tensor>>;
  release(): Promise<void>;
}

/** Passes a model to ONNX Runtime, as a file name or as bytes. Throws the runtime's error. */
export type OpenSession = (
  model: string | Uint8Array,
  options: Ort.InferenceSession.SessionOptions,
) => Promise<OrtSession>;

/** Sessions on this thread, which is blocked while one runs. */
export function sessionsHere(ort: OrtModule): OpenSession {
  return async (model, options) => {
    const session = await (typeof model === 'string'
      ? ort.InferenceSession.create(model, options)
      : ort.InferenceSession.create(model, options));
    return {
      lanes: 1,
      async run(feeds, outputs, before) {
        const inputs = Object.fromEntries([...feeds].map(([name, tensor]) => [name, toOrt(tensor, ort.Tensor)]));
        before();
        const results = await session.run(inputs, outputs);
        return new Map(outputs.map((name) => [name, fromOrt(own(results, name)!)]));
      },
      release: () => session.release(),
    };
  };
}
