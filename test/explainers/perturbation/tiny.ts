import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Engine, Executable } from '../../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../../src/explainers/engines/onnxruntime.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import type { ExplainContext, ExplanationMap, Method } from '../../../src/explainers/method/method.ts';
import { resolveParameters } from '../../../src/explainers/method/parameterValues.ts';
import { loadModel } from '../../../src/explainers/models/loadModel.ts';
import { float32, type TensorOf } from '../../../src/explainers/tensor/tensor.ts';
import { type TinyOptions, tinyClassifier, writeModel } from '../../tinyModels.ts';

export const SIZE = 24;

/** The picture of test/reference/tiny.py, over 255: [1, 3, 24, 24], or [1, 24, 24, 3]. */
export function picture(layout: 'nchw' | 'nhwc' = 'nchw'): TensorOf<'float32'> {
  const data = new Float32Array(3 * SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      for (let c = 0; c < 3; c++) {
        const at = layout === 'nchw' ? (c * SIZE + y) * SIZE + x : (y * SIZE + x) * 3 + c;
        data[at] = ((y * 37 + x * 91 + c * 53 + x * y * 3) % 256) / 255;
      }
    }
  }
  return float32(layout === 'nchw' ? [1, 3, SIZE, SIZE] : [1, SIZE, SIZE, 3], data);
}

export interface Bench {
  readonly context: ExplainContext;
  /** How many runs of the engine there were, and how many are under way. */
  readonly runs: { count: number; now: number };
  explain(
    method: Method,
    parameters?: Readonly<Record<string, unknown>>,
    changes?: Partial<ExplainContext>,
  ): Promise<readonly ExplanationMap[]>;
  dispose(): Promise<void>;
}

/** A model on ONNX Runtime, and methods on it without a session. */
export async function bench(graph: Graph, input: TensorOf<'float32'> = picture(), threads = 1): Promise<Bench> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-perturbation-'));
  const { model } = await loadModel(writeModel(folder, graph)).finally(() => {});
  rmSync(folder, { recursive: true });
  const engine: Engine = await openOnnxRuntime({ threads });
  const compiled = new Map<string, Promise<Executable>>();
  const runs = { count: 0, now: 0 };
  const counted = (executable: Executable): Executable => ({
    ...executable,
    run: async (feeds, options) => {
      runs.count++;
      runs.now++;
      return executable.run(feeds, options).finally(() => runs.now--);
    },
  });
  const context: ExplainContext = {
    model,
    engine,
    input,
    pixelRange: { low: [0, 0, 0], high: [1, 1, 1] },
    targets: Array.from({ length: model.classes }, (_, k) => k),
    seed: 0,
    signal: new AbortController().signal,
    compiled(key, make) {
      const known = compiled.get(key) ?? engine.compile(make()).then(counted);
      compiled.set(key, known);
      return known;
    },
    progress: () => {},
  };
  return {
    context,
    runs,
    explain: (method, parameters = {}, changes = {}) =>
      method.explain({ ...context, ...changes }, resolveParameters(method, parameters)),
    async dispose() {
      for (const executable of compiled.values()) await executable.then((each) => each.dispose()).catch(() => {});
      await engine.dispose();
    },
  };
}

/** The tiny classifier on the tiny picture, its logits alone. */
export const tinyBench = (options: TinyOptions = {}) =>
  bench(tinyClassifier({ size: SIZE, activation: null, ...options }), picture(options.layout));
