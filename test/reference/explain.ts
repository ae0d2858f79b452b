import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';
import type { Engine, Executable } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import type { ExplainableModel, ExplainContext, ExplanationMap, Method } from '../../src/explainers/method/method.ts';
import { withComputedConstants } from '../../src/explainers/models/computedConstants.ts';
import type { TensorOf } from '../../src/explainers/tensor/tensor.ts';

export interface Explainer {
  readonly engine: Engine;
  explain(
    method: Method,
    parameters: AnyParameters,
    input: TensorOf<'float32'>,
    targets: readonly number[],
    more?: Partial<ExplainContext>,
  ): Promise<readonly ExplanationMap[]>;
  dispose(): Promise<void>;
}

/** Runs methods on one model without a session: no image, no preprocessing, the numbers alone. */
export async function explainerFor(
  opened: ExplainableModel,
  pixelRange?: { low: readonly number[]; high: readonly number[] },
): Promise<Explainer> {
  const engine = await openOnnxRuntime({ threads: 1 });
  const model = await withComputedConstants(opened, engine);
  const compiled = new Map<string, Promise<Executable>>();
  return {
    engine,
    explain: (method, parameters, input, targets, more) =>
      method.explain(
        {
          model,
          engine,
          input,
          targets,
          seed: 0,
          signal: new AbortController().signal,
          pixelRange: pixelRange ?? { low: [0, 0, 0], high: [1, 1, 1] },
          compiled: (key, make) => {
            const known = compiled.get(key);
            if (known) return known;
            const fresh = engine.compile(make());
            compiled.set(key, fresh);
            return fresh;
          },
          progress: () => {},
          ...more,
        },
        {
          ...Object.fromEntries(Object.entries(method.parameters).map(([name, spec]) => [name, spec.default])),
          ...parameters,
        },
      ),
    async dispose() {
      for (const executable of compiled.values()) await (await executable).dispose();
      await engine.dispose();
    },
  };
}
