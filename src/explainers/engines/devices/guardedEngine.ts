import type { EngineInfo } from '../../contracts/device.ts';
import { errorReport } from '../../errors.ts';
import { withoutStop } from '../../errorText.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { CompileOptions, Engine, Executable, RunOptions } from '../engine.ts';
import type { SharedDevice } from './sharedDevice.ts';

type Results = ReadonlyMap<string, Tensor>;

/** What the guard reports about the device in addition to `info`. */
export interface Guard {
  /** The engine's own info while the device is in use. */
  readonly info: EngineInfo;
  readonly shared: SharedDevice;
}

/**
 * A device that never gives a wrong map and never hangs: graphs that it cannot take completely run on the CPU, one run
 * is in progress at a time, and if the device is lost, or gives no numbers where the CPU does, the CPU repeats the run
 * and computes from then on. If the CPU refuses too, the graph is at fault, and the CPU's error is thrown.
 */
export function guardedEngine(device: Engine, cpu: Engine, { info, shared }: Guard): Engine {
  /** A graph went to the CPU although the device works. */
  let refused = false;
  return {
    get info() {
      if (shared.lost !== undefined) {
        const notice = `The device '${info.device}' was lost (${shared.lost}). The CPU computes instead.`;
        return {
          ...cpu.info,
          passedOver: [...(info.passedOver ?? []), { device: info.device, reason: shared.lost }],
          notice,
        };
      }
      if (!refused) return info;
      return { ...info, notice: `The CPU computes what '${info.device}' lacks an operator for.` };
    },
    lanes: device.lanes,
    holds: (graph, options) => (shared.lost === undefined ? device : cpu).holds(graph, options),
    async compile(graph, options) {
      if (shared.lost !== undefined) return cpu.compile(graph, options);
      let there: Executable;
      try {
        there = await device.compile(graph, options);
      } catch (thrown) {
        const here = await cpu.compile(graph, options);
        if (errorReport(thrown).kind === 'unsupported') refused = true;
        else shared.lose(reasonOf(thrown));
        return here;
      }
      return guarded(there, { graph, options, cpu, shared });
    },
    dispose: () => device.dispose(),
  };
}

interface Repeat {
  readonly graph: Graph;
  readonly options: CompileOptions | undefined;
  readonly cpu: Engine;
  readonly shared: SharedDevice;
}

function guarded(there: Executable, { graph, options, cpu, shared }: Repeat): Executable {
  let here: Promise<Executable> | undefined;
  const repeat = async (feeds: Results, run?: RunOptions) =>
    (await (here ??= cpu.compile(graph, options))).run(feeds, run);
  return {
    lanes: there.lanes,
    async run(feeds, run) {
      if (shared.lost !== undefined) return repeat(feeds, run);
      let results: Results;
      try {
        results = await shared.run(() => there.run(feeds, run));
      } catch (thrown) {
        if (errorReport(thrown).kind === 'cancelled') throw thrown;
        const own = await repeat(feeds, run);
        shared.lose(reasonOf(thrown));
        return own;
      }
      if (!isSuspicious(results)) return results;
      const own = await repeat(feeds, run);
      if (!isSuspicious(own)) shared.lose('it gave no numbers where the CPU gives some');
      return own;
    },
    async dispose() {
      // Everything on a lost device is gone, and waiting for it could last for ever.
      if (shared.lost === undefined) await there.dispose();
      await here?.then((executable) => executable.dispose()).catch(() => {});
    },
  };
}

const reasonOf = (thrown: unknown): string => withoutStop(errorReport(thrown).message);

/**
 * The output of a lost device: only zeros, or values that are not numbers. A network may output the same, so the CPU
 * repeats the run.
 */
function isSuspicious(results: Results): boolean {
  const values = [...results.values()].flatMap((tensor) => (tensor.dtype === 'float32' ? [tensor.data] : []));
  if (values.length === 0) return false;
  return (
    values.some((data) => data.some((value) => !Number.isFinite(value))) || values.every((data) => data.every(isZero))
  );
}

const isZero = (value: number): boolean => value === 0;
