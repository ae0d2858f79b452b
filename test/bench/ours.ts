// Our side of `npm run bench`: one case in one process, timed one run at a time on request (see peer.py).
import { createInterface } from 'node:readline';
import type { AnyParameters } from '../../src/explainers/contracts/parameters.ts';
import type { Executable } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { withGradient } from '../../src/explainers/method/classGradient.ts';
import type { ExplainContext } from '../../src/explainers/method/method.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { RandomState } from '../../src/explainers/numerics/randomMt19937.ts';
import { float32, sizeOf, type Tensor } from '../../src/explainers/tensor/tensor.ts';

type Opened = Awaited<ReturnType<typeof opened>>;
/** `note`: what came out while it was prepared. */
type Run = (() => Promise<unknown>) & { readonly note?: string };
type Case = (model: Opened) => Promise<Run>;

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
    compiled: (key, make, options) => {
      const known = executables.get(key) ?? engine.compile(make(), options);
      executables.set(key, known);
      return known;
    },
    progress: () => {},
  });
  return { file, model, engine, input, context };
}

function defaultsOf(id: string): AnyParameters {
  const parameters = methods.get(id)?.parameters ?? {};
  return Object.fromEntries(Object.entries(parameters).map(([name, spec]) => [name, spec.default]));
}

const LIME = { segments: 'grid:7x7', hide: 'black' };

/** A method with its defaults, for the first `classes` classes or the one that the other side explains. */
function explain(id: string, classes: number | 'one', parameters: AnyParameters = {}): Case {
  return async ({ context }) => {
    const method = methods.get(id);
    if (!method) throw new Error(`there is no method ${id}`);
    const targets = classes === 'one' ? [TARGET] : Array.from({ length: classes }, (_, i) => i);
    return () => method.explain(context(targets), { ...defaultsOf(id), ...parameters });
  };
}

/** Correlation with the converged map at which a map counts as found, seeds that take turns, and samples of both. */
const FOUND = 0.95;
const SEEDS = [1, 2, 3];
const CONVERGED = 2000;
const COUNTS = [12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

/** Pearson's. */
function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [m, n] = [mean(a), mean(b)];
  const [x, y] = [a.map((value) => value - m), b.map((value) => value - n)];
  const dot = (p: Float32Array, q: Float32Array) => p.reduce((sum, value, i) => sum + value * q[i]!, 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

/**
 * LIME with as many samples as a seed's map needs to correlate {@link FOUND} (Pearson, over the segments) with the map
 * of {@link CONVERGED} samples of another seed. Their number is found out beforehand and reported; a run is the whole
 * of LIME.
 */
function limeUntilFound(sampling: string): Case {
  return async ({ context }) => {
    const explained = async (samples: number, seed: number) => {
      const parameters = { ...LIME, samples, sampling, output: 'score' };
      const [map] = await methods
        .get('lime')!
        .explain({ ...context([TARGET]), seed }, { ...defaultsOf('lime'), ...parameters });
      return map!.superpixels!.values;
    };
    const converged = await explained(CONVERGED, 0);
    const needed: number[] = [];
    for (const seed of SEEDS) {
      let found = COUNTS.length - 1;
      for (let i = 0; i < COUNTS.length; i++) {
        if (correlation(await explained(COUNTS[i]!, seed), converged) < FOUND) continue;
        found = i;
        break;
      }
      needed.push(COUNTS[found]!);
    }
    let turn = 0;
    return Object.assign(() => explained(needed[turn % SEEDS.length]!, SEEDS[turn++ % SEEDS.length]!), {
      note: `${needed.join(', ')} samples`,
    });
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
  lime: explain('lime', 'one', { ...LIME, samples: 1000 }),
  lime100: explain('lime', 'one', { ...LIME, samples: 100 }),
  limeUntilFound: limeUntilFound('balanced'),
  limeUntilFoundPaired: limeUntilFound('paired'),
  limeUntilFoundIndependent: limeUntilFound('independent'),
  kernelShap: explain('kernelShap', 'one', { ...LIME, samples: 1000 }),
  kernelShap100: explain('kernelShap', 'one', { ...LIME, samples: 100 }),
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
  answer({ ready: true, note: run.note });
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
