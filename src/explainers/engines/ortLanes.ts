import { setOwn } from '../tables.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type OpenSession, type OrtModule, type OrtSession, sessionsHere } from './ortSession.ts';
import { fromOrt, toOrt } from './ortTensor.ts';
import { OrtThread, type SentTensor } from './ortThread.ts';

/**
 * Threads in addition to this one that run the same model at the same time, each with part of the processor's cores.
 * Cores that share one run wait for each other at each of its operators; cores that have a run each do not.
 */
export class OrtLanes {
  readonly #ort: OrtModule;
  readonly #cores: number;
  readonly #file: string | undefined;
  #threads: OrtThread[] = [];
  readonly #own = new Set<OrtThread>();
  #sessions = 0;
  #ended = false;

  /** @param file the file that stands for the package; absent: ours */
  constructor(ort: OrtModule, cores: number, file?: string) {
    this.#ort = ort;
    this.#cores = cores;
    this.#file = file;
  }

  /**
   * Sessions with `count` simultaneous runs, each on an equal number of cores; on this thread if no other can be
   * started.
   */
  sessions(count: number): OpenSession {
    return async (model, options) => {
      const lanes = this.#lanes(count);
      if (!lanes) return sessionsHere(this.#ort)(model, options);
      const own = { ...options, intraOpNumThreads: Math.max(1, Math.floor(this.#cores / count)) };
      const opened = await Promise.allSettled(lanes.map((lane) => lane.open(model, own)));
      const failed = opened.find((outcome) => outcome.status === 'rejected');
      if (!failed) return shared(lanes);
      await released(lanes.filter((_, i) => opened[i]!.status === 'fulfilled'));
      if (this.#threads.some((thread) => thread.ended)) return sessionsHere(this.#ort)(model, options);
      throw failed.reason;
    };
  }

  /**
   * Sessions on a thread of their own that uses all cores, for graphs that take seconds to compile. On this thread if
   * no other can be started.
   */
  alone(): OpenSession {
    return async (model, options) => {
      let thread: OrtThread | undefined;
      try {
        thread = this.#ended ? undefined : new OrtThread(this.#file);
      } catch {
        thread = undefined;
      }
      if (!thread) return sessionsHere(this.#ort)(model, options);
      const [own, lane] = [thread, new Lane(thread, this.#sessions++, this.#ort)];
      this.#own.add(own);
      const end = async () => {
        this.#own.delete(own);
        await own.end();
      };
      try {
        await lane.open(model, options);
      } catch (thrown) {
        await end();
        throw thrown;
      }
      const session = shared([lane]);
      return { ...session, release: () => session.release().then(end) };
    };
  }

  /** Parts of one session on the first threads; undefined if no thread can be started. */
  #lanes(count: number): readonly Lane[] | undefined {
    if (this.#ended) return undefined;
    this.#threads = this.#threads.filter((thread) => !thread.ended);
    try {
      while (this.#threads.length < count) this.#threads.push(new OrtThread(this.#file));
    } catch {
      return undefined;
    }
    const session = this.#sessions++;
    return this.#threads.slice(0, count).map((thread) => new Lane(thread, session, this.#ort));
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all([...this.#threads.splice(0), ...this.#own].map((thread) => thread.end()));
  }
}

let onOthers = 0;

/** Sessions on a thread that others have sessions on, too. */
export function sessionsOn(thread: OrtThread, ort: OrtModule): OpenSession {
  return async (model, options) => {
    // Names that no session of OrtLanes has.
    const lane = new Lane(thread, -1 - onOthers++, ort);
    await lane.open(model, options);
    return shared([lane]);
  };
}

/** A session's part on one thread. */
class Lane {
  readonly #thread: OrtThread;
  readonly #session: number;
  readonly #ort: OrtModule;
  /** Inputs that the thread already has: what is the same in every run, such as the image, is sent once. */
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
    try {
      const news: Record<string, SentTensor> = {};
      for (const [name, tensor] of feeds) {
        if (this.#sent.get(name) === tensor) continue;
        const { type, data, dims } = toOrt(tensor, this.#ort.Tensor);
        setOwn(news, name, { type, data, dims });
        this.#sent.set(name, tensor);
      }
      const results = await this.#thread.ask('run', { session: this.#session, feeds: news, outputs });
      return new Map(outputs.map((name, i) => [name, fromOrt(results[i]!)]));
    } catch (thrown) {
      // It is unknown what has arrived.
      this.#sent.clear();
      throw thrown;
    }
  }

  release(): Promise<undefined> {
    return this.#thread.ask('release', { session: this.#session });
  }
}

/** One session of them all: a run takes the first free lane. */
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
    release: () => released(lanes),
  };
}

/** When a thread has ended, everything it held is gone. */
async function released(lanes: readonly Lane[]): Promise<void> {
  await Promise.allSettled(lanes.map((lane) => lane.release()));
}
