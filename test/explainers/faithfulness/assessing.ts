import type { Engine, Executable } from '../../../src/explainers/engines/engine.ts';
import type {
  Assessed,
  AssessedMap,
  AssessmentContext,
  AssessmentMetric,
} from '../../../src/explainers/faithfulness/assessment.ts';
import type { ExplainContext, ExplanationMap, Method } from '../../../src/explainers/method/method.ts';
import { resolveParameters } from '../../../src/explainers/method/parameterValues.ts';
import { summed } from '../../../src/explainers/session/explainImage.ts';
import type { Bench } from '../perturbation/tiny.ts';

/** What a run left behind: graphs of its own that were made and not released, and runs of the engine under way. */
export interface Traces {
  open: number;
  now: number;
  runs: number;
  readonly progress: number[];
}

export interface Assessing {
  readonly method: Method;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly of?: Readonly<Record<string, unknown>>;
  readonly changes?: Partial<ExplainContext>;
  /** In place of the method's own maps. */
  readonly maps?: readonly AssessedMap[];
  readonly onProgress?: (fraction: number) => void;
}

function square(shape: readonly number[]): Uint8Array {
  const [height, width] = shape.slice(2) as [number, number];
  const inside = (at: number, side: number) => at >= side / 3 && at < side / 2;
  return Uint8Array.from({ length: height * width }, (_, i) =>
    inside(Math.floor(i / width), height) && inside(i % width, width) ? 1 : 0,
  );
}

const assessed = (map: ExplanationMap): AssessedMap => ({ target: map.target, ...summed(map) });

/** A metric of the maps of a method on a bench, without a session. */
export async function assess(
  bench: Bench,
  metric: AssessmentMetric,
  { method, parameters = {}, of = {}, changes = {}, maps, onProgress }: Assessing,
  traces: Traces = { open: 0, now: 0, runs: 0, progress: [] },
): Promise<readonly Assessed[]> {
  const counted = (executable: Executable): Executable => {
    traces.open++;
    return {
      lanes: executable.lanes,
      run: (feeds, options) => {
        traces.now++;
        traces.runs++;
        return executable.run(feeds, options).finally(() => traces.now--);
      },
      dispose: () => executable.dispose().then(() => void traces.open--),
    };
  };
  const engine: Engine = {
    ...bench.context.engine,
    compile: async (graph) => counted(await bench.context.engine.compile(graph)),
  };
  const run: ExplainContext = { ...bench.context, engine, ...changes };
  const values = resolveParameters(method, parameters);
  const context: AssessmentContext = {
    run,
    maps: maps ?? (await method.explain(run, values)).map(assessed),
    // A square in the middle; nothing is drawn for the last class.
    regions: run.targets.map((target) => (target === 2 ? null : square(run.input.shape))),
    explain: async (changed) => (await method.explain({ ...run, ...changed }, values)).map(assessed),
    progress: (fraction) => {
      traces.progress.push(fraction);
      onProgress?.(fraction);
    },
  };
  return metric.compute(context, resolveParameters(metric, of) as never);
}
