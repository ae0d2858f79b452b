import type { Device } from '../../../../src/explainers/contracts/device.ts';
import type { Candidate } from '../../../../src/explainers/engines/devices/candidates.ts';
import type { Machine } from '../../../../src/explainers/engines/devices/machine.ts';
import { SharedDevice } from '../../../../src/explainers/engines/devices/sharedDevice.ts';
import type { Engine } from '../../../../src/explainers/engines/engine.ts';
import type { Graph } from '../../../../src/explainers/graph/graph.ts';
import type { Offer } from '../../../../src/explainers/session/devices/devices.ts';
import { Verdicts } from '../../../../src/explainers/session/devices/verdicts.ts';
import type { Tensor } from '../../../../src/explainers/tensor/tensor.ts';

/** Time that passes when something runs. */
export class Clock {
  time = 0;
  readonly now = () => this.time;
}

type Results = ReadonlyMap<string, Tensor>;

export interface StandIn {
  /** Milliseconds of a run. */
  readonly takes?: number;
  /** What it gives instead of the right results. */
  readonly gives?: (results: Results, graph: Graph) => Results;
  /** Called before a graph is compiled, and before each run. */
  readonly onCompile?: (graph: Graph) => void;
  readonly onRun?: () => void | Promise<void>;
}

/** A runtime that computes with the CPU's, and is slow, wrong or gone as the test says. */
export function standIn(real: Engine, device: Device, clock: Clock, how: StandIn = {}): Engine {
  return {
    ...real,
    info: { ...real.info, device },
    lanes: 1,
    async compile(graph, options) {
      how.onCompile?.(graph);
      const executable = await real.compile(graph, options);
      return {
        ...executable,
        async run(feeds, run) {
          await how.onRun?.();
          clock.time += how.takes ?? 1;
          const results = await executable.run(feeds, run);
          return how.gives?.(results, graph) ?? results;
        },
      };
    },
    dispose: async () => {},
  };
}

/** Every value of the results with an index, as it is or another. */
export const changed = (results: Results, change: (value: number, i: number) => number): Results =>
  new Map(
    [...results].map(([name, tensor]) => [
      name,
      tensor.dtype === 'float32' ? { ...tensor, data: tensor.data.map(change) } : tensor,
    ]),
  );

/** A machine with nothing but the files it is given: path → text. */
export function machineWith(
  files: Readonly<Record<string, string>> = {},
  own: Partial<Pick<Machine, 'platform' | 'arch' | 'env'>> = {},
): Machine {
  const there = new Map(Object.entries(files));
  return {
    platform: 'linux',
    arch: 'x64',
    release: '6.1',
    env: {},
    ...own,
    stamp: (path) => {
      const text = there.get(path);
      return text === undefined ? null : `${text.length} ${text}`;
    },
    list: (folder) =>
      [...there.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
    text: (path) => there.get(path) ?? null,
  };
}

export const candidate = (device: Candidate['device'], driver = () => '1'): Candidate => ({
  device,
  title: device,
  platforms: ['linux-x64'],
  absent: () => null,
  driver,
});

export interface OfferOptions extends Partial<Omit<Offer, 'open' | 'cpu' | 'shared'>> {
  readonly clock: Clock;
  readonly cpu: Engine;
  readonly devices: Readonly<Partial<Record<Device, () => Engine>>>;
  readonly sharedDevice?: SharedDevice;
}

/** An offer of stand-ins; each device is opened and counted. */
export function offerOf({ clock, cpu, devices, sharedDevice = new SharedDevice(), ...rest }: OfferOptions): Offer {
  return {
    machine: machineWith(),
    candidates: Object.keys(devices).map((device) => candidate(device as Candidate['device'])),
    folderOf: () => '/runtime',
    verdicts: new Verdicts(),
    check: { now: clock.now },
    ...rest,
    cpu: standIn(cpu, 'cpu', clock, { takes: 10 }),
    open: async ({ device }) => devices[device]!(),
    shared: () => sharedDevice,
  };
}
