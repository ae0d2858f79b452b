import type { Tensor } from '../tensor/tensor.ts';
import type { OpenSession, OrtModule, OrtSession } from './ortSession.ts';
import { fromOrt, toOrt } from './ortTensor.ts';
import { OrtThread, type SentTensor } from './ortThread.ts';

/**
 * Threads beside this one that run the same model at the same time, each with part of the processor's cores. Cores that share
 * one run wait for each other at each of its operators; those that have a run each do not.
 */
export class OrtLanes {
  readonly #ort: OrtModule;
  readonly #cores: number;
  readonly #threads: OrtThread[] = [];
  #sessions = 0;

  constructor(ort: OrtModule, cores: number) {
    this.#ort = ort;
    this.#cores = cores;
  }

  /** Sessions with `count` runs at the same time, at most one per core. */
  sessions(count: number): OpenSession {
    return async (model, options) => {
      while (this.#threads.length < count) this.#threads.push(new OrtThread());
      const session = this.#sessions++;
      const lanes = this.#threads.slice(0, count).map((thread) => new Lane(thread, session, this.#ort));
      const opened = await Promise.allSettled(
        lanes.map((lane, i) => lane.open(model, { ...options, intraOpNumThreads: share(this.#cores, count, i) })),
      );
      const failed = opened.find((outcome) => outcome.status === 'rejected');
      if (failed) {
        await Promise.allSettled(
          lanes.filter((_, i) => opened[i]!.status === 'fulfilled').map((lane) => lane.release()),
        );
        throw failed.reason;
      }
      return shared(lanes);
    };
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.end()));
  }
}

/** Cores of the `i`th of `count`. */
const share = (cores: number, count: number, i: number): number =>
  Math.floor(cores / count) + (i < cores % count ? 1 : 0);

/** A session's part on one thread. */
class Lane {
  readonly #thread: OrtThread;
  readonly #session: number;
  readonly #ort: OrtModule;
  /** Inputs as the thread has them: what is the same in every run, such as the image, is sent once. */
  readonly #sent = new Map<string, Tensor>();

  constructor(thread: OrtThread, session: number, ort: OrtModule) {
    this.#thread = thread;
    this.#session = session;
    this.#ort = ort;
  }

  open(model: Parameters<OpenSession>[0], options: Parameters<OpenSession>[1]): Promise<undefined> {
    return this.#thread.ask('open', { session: this.#session, model, options });
  }

  async run(feeds: ReadonlyMap<string, Tensor>, outputs: readonly string[]): Promise<ReadonlyMap<string, Tensor>> {
    const news: Record<string, SentTensor> = {};
    for (const [name, tensor] of feeds) {
      if (this.#sent.get(name) === tensor) continue;
      this.#sent.set(name, tensor);
      const { type, data, dims } = toOrt(tensor, this.#ort.Tensor);
      news[name] = { type, data, dims };
    }
    const results = await this.#thread.ask('run', { session: this.#session, feeds: news, outputs });
    return new Map(outputs.map((name, i) => [name, fromOrt(results[i]!)]));
  }

  release(): Promise<undefined> {
    return this.#thread.ask('release', { session: this.#session });
  }
}

/** One session of them all: a run takes the lane that is free first. */
function shared(lanes: readonly Lane[]): OrtSession {
  const free = [...lanes];
  const waiting: ((lane: Lane) => void)[] = [];
  return {
    lanes: lanes.length,
    async run(feeds, outputs, before) {
      const lane = free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
      try {
        before();
        return await lane.run(feeds, outputs);
      } finally {
        const next = waiting.shift();
        if (next) next(lane);
        else free.push(lane);
      }
    },
    release: async () => void (await Promise.all(lanes.map((lane) => lane.release()))),
  };
}
