import type { Executable } from '../../engines/engine.ts';
import { throwIfCancelled } from '../../errors.ts';
import { inOrder } from '../../inOrder.ts';
import { append } from '../../lists.ts';
import { classesAtOnce, SEEDS, seedsFor } from '../../method/classGradient.ts';
import { forwardScores } from '../../method/forward.ts';
import { largestBatch } from '../../method/largestBatch.ts';
import type { ExplainContext, ExplanationMap } from '../../method/method.ts';
import { alike, trialPlaces } from '../../perturbation/batchTrial.ts';
import { BATCH_MEMORY } from '../../perturbation/memory.ts';
import { runsAhead } from '../../perturbation/runsAhead.ts';
import { looksAt } from '../../perturbation/stability.ts';
import type { Tensor, TensorOf } from '../../tensor/tensor.ts';
import { EVEN_WEIGHTS, type MoreSums, type PathPoints, pathGradient, WEIGHTS } from './gradientPath.ts';
import { pathRuns } from './pathRuns.ts';

export interface PathRun extends MoreSums {
  readonly path: PathPoints;
  /** The number of points. */
  readonly count: number;
  /** The weight of point `i`; default 1. */
  weight?(i: number): number;
  /** Inputs that are the same in every run. */
  readonly feeds: ReadonlyMap<string, Tensor>;
  /**
   * The path's own inputs for the points `first … first + batch − 1`; those from `count` on are padding and do not
   * count.
   */
  feed(first: number, batch: number): Iterable<readonly [string, Tensor]>;
  /** A map of the sums so far, if a part of the points estimates all of them; absent: it does not. */
  readonly partial?: (sums: PathSums) => ExplanationMap;
  /** Whether the sums so far are enough; called at fixed shares of the points, however many share a run. */
  readonly enough?: ((sums: readonly PathSums[]) => boolean) | undefined;
}

/** One class's weighted sums over the points, each laid out as the model's input. */
export interface PathSums {
  readonly target: number;
  readonly sum: Float64Array;
  /** Empty unless requested. */
  readonly squares: Float64Array;
  /** For the points of even number alone; empty unless requested. */
  readonly half: Float64Array;
  /** The number of points summed. */
  readonly count: number;
}

/**
 * The weighted sums of the classes' gradients over a path. Classes share the forward passes as far as memory allows. A
 * cancel takes effect between two runs, and if the user stops a path of which a part is an estimate, the sums so far
 * are returned.
 */
export async function pathSums(context: ExplainContext, run: PathRun): Promise<readonly PathSums[]> {
  const { model, targets, progress } = context;
  const atOnce = Math.min(targets.length, classesAtOnce(model));
  const { executable, batch } = await compiledPath(context, run, atOnce);
  const done: PathSums[] = [];
  for (let start = 0; start < targets.length; start += atOnce) {
    const some = targets.slice(start, start + atOnce);
    // Later classes have no map yet, so only those that have one are reported.
    const report = (fraction: number, sums: readonly PathSums[]) => {
      const maps = run.partial && fraction < 1 ? [...done, ...sums].map(run.partial) : undefined;
      progress((start + fraction * some.length) / targets.length, maps);
    };
    append(done, await sumsOf(context, run, some, executable, batch, report));
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
  const looks = run.enough ? looksAt(run.count) : [];
  const fixed = [...run.feeds, [model.input, input] as const, [SEEDS, seedsFor(targets, model.classes)] as const];
  const parts = partsOf(run.count, batch, looks);
  const once = async ({ first, end }: Part, unwanted: AbortSignal) => {
    throwIfCancelled(unwanted);
    const weights = Float64Array.from({ length: batch }, (_, i) =>
      first + i < end ? (run.weight?.(first + i) ?? 1) : 0,
    );
    const feeds = new Map<string, Tensor>([...fixed, ...run.feed(first, batch)]);
    feeds.set(WEIGHTS, { dtype: 'float64', shape: [batch], data: weights });
    if (run.halves) {
      const even = weights.map((weight, i) => ((first + i) % 2 === 0 ? weight : 0));
      feeds.set(EVEN_WEIGHTS, { dtype: 'float64', shape: [batch], data: even });
    }
    return executable.run(feeds, { signal: unwanted });
  };
  const soFar = (count: number) =>
    targets.map((target, k): PathSums => ({ target, sum: sums[k]!, squares: squares[k]!, half: halves[k]!, count }));
  let done = 0;
  // A class whose turn comes after a stop gets one run.
  const width = run.partial && stop?.aborted ? 1 : runsAhead(executable);
  const runs = inOrder(parts.length, width, (i, unwanted) => once(parts[i]!, unwanted), signal);
  for await (const results of runs) {
    const values = [...results.values()] as readonly TensorOf<'float64'>[];
    for (const [o, each] of totals.entries()) {
      const { data } = values[o]!;
      for (const [k, total] of each.entries()) {
        for (let i = 0; i < size; i++) total[i]! += data[k * size + i]!;
      }
    }
    const { end } = parts[done++]!;
    report(end / run.count, soFar(end));
    if (looks.includes(end) && run.enough!(soFar(end))) break;
    if (run.partial && stop?.aborted) break;
  }
  return soFar(done > 0 ? parts[done - 1]!.end : 0);
}

/** Points that share a run: `first` … `end − 1`. */
interface Part {
  readonly first: number;
  readonly end: number;
}

/** Runs of `batch` points each; at every look a run ends. */
function partsOf(count: number, batch: number, looks: readonly number[]): readonly Part[] {
  const parts: Part[] = [];
  for (let first = 0; first < count; first = parts.at(-1)!.end) {
    parts.push({ first, end: Math.min(first + batch, looks.find((look) => look > first) ?? count, count) });
  }
  return parts;
}

async function compiledPath(context: ExplainContext, run: PathRun, classes: number) {
  const { model, engine } = context;
  const { squares = false, halves = false } = run;
  const axis = classes === 1 ? 1 : 'K';
  const { batch: wanted, lanes } = pathRuns(model, {
    count: run.count,
    // With looks in between, a run ends at each look.
    together: run.enough ? Math.ceil(run.count / 10) : run.count,
    classes,
    bound: context.batchMemory ?? BATCH_MEMORY,
    lanes: engine.lanes,
  });
  return largestBatch(
    wanted,
    (batch) =>
      context.compiled(
        `path ${run.path.key} ${batch} ${squares} ${halves} ${axis} ${lanes}`,
        () => pathGradient(model, run.path, batch, { squares, halves }, axis),
        { lanes },
      ),
    (executable, batch) => agrees(context, run, executable, batch, axis),
  );
}

/** The compiled paths whose points were seen to get the same values as each alone. */
const trusted = new WeakSet<Executable>();

/** Whether the image among other points gets the model's logits; checked once per compiled graph. */
async function agrees(
  context: ExplainContext,
  run: PathRun,
  executable: Executable,
  batch: number,
  classes: 1 | 'K',
): Promise<boolean> {
  if (trusted.has(executable)) return true;
  const { model, input, signal } = context;
  const alone = [...(await forwardScores(context)).logits];
  const some = context.targets.slice(0, classes === 1 ? 1 : classesAtOnce(model));
  const none: Tensor = { dtype: 'float64', shape: [batch], data: new Float64Array(batch) };
  for (const places of trialPlaces(batch)) {
    const feeds = new Map<string, Tensor>([
      ...run.feeds,
      [model.input, input],
      [SEEDS, seedsFor(some, model.classes)],
      [WEIGHTS, none],
      ...(run.halves ? [[EVEN_WEIGHTS, none] as const] : []),
      run.path.trial({ batch, shape: input.shape }, places),
    ]);
    const { data } = [...(await executable.run(feeds, { signal })).values()].at(-1) as TensorOf<'float32'>;
    if (!places.every((place) => alike(alone, data.subarray(place * model.classes)))) return false;
  }
  trusted.add(executable);
  return true;
}
