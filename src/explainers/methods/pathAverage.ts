import type { Executable } from '../engines/engine.ts';
import { throwIfCancelled } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { isStatic } from '../ops/elements.ts';
import { LOOKS } from '../perturbation/stability.ts';
import { sizeOf, type Tensor, type TensorOf } from '../tensor/tensor.ts';
import { classesAtOnce, SEEDS, seedsFor } from './classGradient.ts';
import { EVEN_WEIGHTS, type MoreSums, type PathPoints, pathGradient, WEIGHTS } from './gradientPath.ts';
import { largestBatch } from './largestBatch.ts';
import type { ExplainableModel, ExplainContext, ExplanationMap } from './method.ts';

export interface PathRun extends MoreSums {
  readonly path: PathPoints;
  /** How many points there are. */
  readonly count: number;
  /** What point `i` counts; default 1. */
  weight?(i: number): number;
  /** Inputs that are the same in every run. */
  readonly feeds: ReadonlyMap<string, Tensor>;
  /** The path's own inputs for the points `first … first + batch − 1`; those from `count` on fill up and do not count. */
  feed(first: number, batch: number): Iterable<readonly [string, Tensor]>;
  /** A map of what has been summed so far, where part of the points is an estimate of all; absent: it is none. */
  readonly partial?: (sums: PathSums) => ExplanationMap;
  /** Whether what there is so far is enough: asked at fixed shares of the points, however many share a run. */
  readonly enough?: ((sums: readonly PathSums[]) => boolean) | undefined;
}

/** One class's weighted sums over the points, each laid out as the model's input. */
export interface PathSums {
  readonly target: number;
  readonly sum: Float64Array;
  /** Empty unless asked for. */
  readonly squares: Float64Array;
  /** Of the points of even number alone; empty unless asked for. */
  readonly half: Float64Array;
  /** Over how many points. */
  readonly count: number;
}

/**
 * The weighted sums of the classes' gradients over a path. Classes share the forward passes as far as memory allows; a cancel
 * is heard between two runs, and where the user stops a path of which a part is an estimate, the sums so far are given.
 */
export async function pathSums(context: ExplainContext, run: PathRun): Promise<readonly PathSums[]> {
  const { model, targets, progress } = context;
  const atOnce = Math.min(targets.length, classesAtOnce(model));
  const { executable, batch } = await compiledPath(context, run, atOnce);
  const done: PathSums[] = [];
  for (let start = 0; start < targets.length; start += atOnce) {
    const some = targets.slice(start, start + atOnce);
    // Classes that come later have no map yet: those that have go out alone.
    const report = (fraction: number, sums: readonly PathSums[]) => {
      const maps = run.partial && fraction < 1 ? [...done, ...sums].map(run.partial) : undefined;
      progress((start + fraction * some.length) / targets.length, maps);
    };
    done.push(...(await sumsOf(context, run, some, executable, batch, report)));
  }
  return done;
}

async function sumsOf(
  context: ExplainContext,
  run: PathRun,
  targets: readonly number[],
  executable: Executable,
  batch: number,
  report: (fraction: number, sums: readonly PathSums[]) => void,
): Promise<readonly PathSums[]> {
  const { model, input, signal, stop } = context;
  const size = input.data.length;
  const sums = targets.map(() => new Float64Array(size));
  const squares = targets.map(() => new Float64Array(run.squares ? size : 0));
  const halves = targets.map(() => new Float64Array(run.halves ? size : 0));
  // In the order of the graph's outputs.
  const totals = [sums, ...(run.squares ? [squares] : []), ...(run.halves ? [halves] : [])];
  const looks = run.enough ? LOOKS.map((share) => Math.max(1, Math.floor(run.count * share))) : [];
  const fixed = [...run.feeds, [model.input, input] as const, [SEEDS, seedsFor(targets, model.classes)] as const];
  let count = 0;
  const soFar = () =>
    targets.map((target, k): PathSums => ({ target, sum: sums[k]!, squares: squares[k]!, half: halves[k]!, count }));
  for (let first = 0; first < run.count; first = count) {
    throwIfCancelled(signal);
    if (run.partial && first > 0 && stop?.aborted) break;
    const until = Math.min(first + batch, looks.find((look) => look > first) ?? run.count, run.count);
    const weights = Float64Array.from({ length: batch }, (_, i) =>
      first + i < until ? (run.weight?.(first + i) ?? 1) : 0,
    );
    const feeds = new Map<string, Tensor>([...fixed, ...run.feed(first, batch)]);
    feeds.set(WEIGHTS, { dtype: 'float64', shape: [batch], data: weights });
    if (run.halves) {
      const even = weights.map((weight, i) => ((first + i) % 2 === 0 ? weight : 0));
      feeds.set(EVEN_WEIGHTS, { dtype: 'float64', shape: [batch], data: even });
    }
    const results = await executable.run(feeds, { signal });
    for (const [o, value] of [...results.values()].entries()) {
      const { data } = value as TensorOf<'float64'>;
      for (const [k, total] of totals[o]!.entries()) {
        for (let i = 0; i < size; i++) total[i]! += data[k * size + i]!;
      }
    }
    count = until;
    report(count / run.count, soFar());
    if (looks.includes(count) && run.enough!(soFar())) break;
  }
  return soFar();
}

function compiledPath(context: ExplainContext, run: PathRun, classes: number) {
  const { model, engine } = context;
  const bound = context.batchMemory ?? (engine.info.device === 'cpu' ? PROCESSOR_MEMORY : GRAPHICS_MEMORY);
  const wanted = Math.min(Math.max(LEAST_BATCH, run.count), pointsAtOnce(model, classes, bound));
  const { squares = false, halves = false } = run;
  const axis = classes === 1 ? 1 : 'K';
  // With looks in between, a run ends at each.
  const points = run.enough ? Math.ceil(run.count / 10) : run.count;
  return largestBatch(evenBatch(points, wanted), (batch) =>
    context.compiled(`path ${run.path.key} ${batch} ${squares} ${halves} ${axis}`, () =>
      pathGradient(model, run.path, batch, { squares, halves }, axis),
    ),
  );
}

/** Of the batches more than half as large as the largest, the one with the fewest points to spare in its last run. */
export function evenBatch(count: number, largest: number): number {
  let best = largest;
  const total = (batch: number) => Math.ceil(count / batch) * batch;
  for (let batch = largest; 2 * batch > largest; batch--) if (total(batch) < total(best)) best = batch;
  return best;
}

/**
 * Bytes of activations and gradients in one run, where the user set no bound: DenseNet121 on two cores takes 3 and 8% less time per
 * point within 1 GiB than within 512 and 128 MiB, and no less within 2 GiB.
 */
const PROCESSOR_MEMORY = 2 ** 30;
const GRAPHICS_MEMORY = 2 ** 30;
const LARGEST_BATCH = 16;
/** An engine may take another way through a layer for one image alone: the same seed shall give the same bytes under any bound. */
const LEAST_BATCH = 2;

/** How many points fit into one run: a backward pass keeps every activation, and some gradients per class. */
function pointsAtOnce(model: ExplainableModel, classes: number, bound: number): number {
  const sizes = activationSizes(model.graph);
  const kept = sizes.reduce((sum, size) => sum + size, 0);
  const most = sizes.reduce((largest, size) => Math.max(largest, size), 0);
  return Math.max(LEAST_BATCH, Math.min(LARGEST_BATCH, Math.floor(bound / Math.max(1, kept + 4 * classes * most))));
}

function activationSizes(graph: Graph): readonly number[] {
  const shapes = graph.nodes.flatMap((node) => node.outputs).map((name) => graph.types.get(name)?.shape);
  return shapes.map((shape) => (isStatic(shape) ? 4 * sizeOf(shape) : 0));
}
