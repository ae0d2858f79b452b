// Our side of `npm run bench`: one case in one process, timed one run at a time on request (see peer.py).
import { createInterface } from 'node:readline';
import type { Executable } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { withGradient } from '../../src/explainers/methods/classGradient.ts';
import type { ExplainContext } from '../../src/explainers/methods/method.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import type { AnyParameters } from '../../src/explainers/methods/parameters.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { RandomState } from '../../src/explainers/tensor/randomMt19937.ts';
import { float32, sizeOf, type Tensor } from '../../src/explainers/tensor/tensor.ts';

type Opened = Awaited<ReturnType<typeof opened>>;
type Case = (model: Opened) => Promise<() => Promise<unknown>>;

const TARGET = 3;

async function opened(file: string, threads: number) {
  const { model } = await loadModel(file);
  const engine = await openOnnxRuntime({ threads });
  const shape = model.layout === 'nchw' ? [1, 3, 224, 224] : [1, 224, 224, 3];
  const random = new RandomState(0);
  const input = float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => random.random() * 2 - 1),
  );
  const executables = new Map<string, Promise<Executable>>();
  const context = (targets: readonly number[]): ExplainContext => ({
    model,
    engine,
    // Another image, as far as what is kept of it is concerned.
    input: { ...input },
    targets,
    seed: 0,
    signal: new AbortController().signal,
    pixelRange: { low: [-1, -1, -1], high: [1, 1, 1] },
    compiled: (key, make) => {
      const known = executables.get(key) ?? engine.compile(make());
      executables.set(key, known);
      return known;
    },
    progress: () => {},
  });
  return { file, model, engine, input, context };
}

/** A method with its defaults, for the first `classes` classes or the one that the other side explains. */
function explain(id: string, classes: number | 'one', parameters: AnyParameters = {}): Case {
  return async ({ context }) => {
    const method = methods.get(id);
    if (!method) throw new Error(`there is no method ${id}`);
    const defaults = Object.fromEntries(Object.entries(method.parameters).map(([name, spec]) => [name, spec.default]));
    const targets = classes === 'one' ? [TARGET] : Array.from({ length: classes }, (_, i) => i);
    return () => method.explain(context(targets), { ...defaults, ...parameters });
  };
}

const CASES: Readonly<Record<string, Case>> = {
  forward: async ({ model, engine, input }) => {
    const executable = await engine.compile({ ...model.graph, outputs: [model.logits] });
    return () => executable.run(new Map<string, Tensor>([[model.input, input]]));
  },
  gradient: explain('gradient', 'one'),
  gradCam1: explain('gradCam', 1),
  gradCam14: explain('gradCam', 14),
  lrp: explain('lrp', 'one', { composite: 'epsilonPlusFlat' }),
  attnLrp: explain('lrp', 'one', { composite: 'auto' }),
  lrp14: explain('lrp', 14, { composite: 'epsilonPlusFlat' }),
  integratedGradients: explain('integratedGradients', 'one'),
  lime: explain('lime', 'one', { segments: 'grid:7x7', samples: 1000, hide: 'black' }),
  kernelShap: explain('kernelShap', 'one', { segments: 'grid:7x7', samples: 1000, hide: 'black' }),
  // Reading the file, canonical form and the gradient's graph, without compiling it.
  import:
    async ({ file }) =>
    async () => {
      const { model } = await loadModel(file);
      withGradient(model, model.input, (_, gradient) => [gradient]);
    },
};

const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

async function serve([name, file, threads]: readonly string[]): Promise<void> {
  const make = CASES[name ?? ''];
  if (!make || !file) throw new Error(`usage: ours CASE FILE.onnx THREADS; cases: ${Object.keys(CASES).join(', ')}`);
  const run = await make(await opened(file, Number(threads)));
  answer({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'end') break;
    const start = performance.now();
    await run();
    answer({ ms: performance.now() - start });
  }
  answer({ peakMiB: process.resourceUsage().maxRSS / 1024 });
}

serve(process.argv.slice(2)).then(
  () => process.exit(0),
  (problem: Error) => {
    process.stderr.write(`${problem.stack}\n`);
    process.exit(1);
  },
);
