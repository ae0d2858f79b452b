import { Worker } from 'node:worker_threads';
import type * as Ort from 'onnxruntime-common';
import { ExplainError } from '../errors.ts';
import { resolvePackage } from '../here.ts';

/** A tensor of ONNX Runtime in transit between two threads. */
export type SentTensor = Pick<Ort.Tensor, 'type' | 'data' | 'dims'>;

/** The requests to a thread. */
interface Requests {
  open: {
    readonly session: number;
    readonly model: string | Uint8Array;
    readonly options: Ort.InferenceSession.SessionOptions;
  };
  /** Omitted inputs are those of the last run. */
  run: {
    readonly session: number;
    readonly feeds: Readonly<Record<string, SentTensor>>;
    readonly outputs: readonly string[];
  };
  release: { readonly session: number };
}

interface Answers {
  open: undefined;
  run: readonly SentTensor[];
  release: undefined;
}

/**
 * Indices into memory shared by both threads: how many operations the thread has in progress inside the runtime, and
 * whether it must not start any more.
 */
const [BUSY, ENDING] = [0, 1];

/** How long the end of the process waits at most for operations in progress, in milliseconds. */
const PATIENCE = 10_000;

/** The thread's whole program. It is text because a separate file would have to be found in every bundle. */
const PROGRAM = `
const { parentPort, workerData: { runtime, state } } = require('node:worker_threads');
const done = () => {
  Atomics.sub(state, ${BUSY}, 1);
  Atomics.notify(state, ${BUSY});
};
let ort;
try {
  ort = require(runtime);
  ort.env.logLevel = 'fatal';
} finally {
  done();
}
const sessions = new Map();
const held = (session) => {
  if (!sessions.has(session)) throw new Error('its session was released while it was in use');
  return sessions.get(session);
};
const asked = {
  async open({ session, model, options }) {
    sessions.set(session, { model: await ort.InferenceSession.create(model, options), inputs: {} });
  },
  async run({ session, feeds, outputs }) {
    const { model, inputs } = held(session);
    for (const [name, { type, data, dims }] of Object.entries(feeds)) inputs[name] = new ort.Tensor(type, data, dims);
    const results = await model.run(inputs, outputs);
    return outputs.map((name) => ({ type: results[name].type, data: results[name].data, dims: results[name].dims }));
  },
  async release({ session }) {
    const { model } = held(session);
    sessions.delete(session);
    await model.release();
  },
};
parentPort.on('message', async ({ id, what, request }) => {
  Atomics.add(state, ${BUSY}, 1);
  try {
    if (Atomics.load(state, ${ENDING})) throw new Error('the process ends');
    parentPort.postMessage({ id, answer: await asked[what](request) });
  } catch (thrown) {
    parentPort.postMessage({ id, failed: thrown instanceof Error ? thrown.message : String(thrown) });
  }
  done();
});
parentPort.on('messageerror', (problem) => { throw problem; });
`;

/**
 * A thread that ends inside the runtime kills the process. Nothing can be awaited at the end of the process, so that
 * end blocks.
 */
const alive = new Set<OrtThread>();
process.on('exit', () => {
  for (const thread of alive) thread.beginNoMore();
  const latest = Date.now() + PATIENCE;
  for (const thread of alive) thread.finish(latest);
});

/**
 * A thread with its own sessions, because ONNX Runtime's package for Node computes on the calling thread. An idle
 * thread does not keep the process alive.
 */
export class OrtThread {
  readonly #worker: Worker;
  /** Its program begins inside the runtime, because it loads it. */
  readonly #state = new Int32Array(new SharedArrayBuffer(8)).fill(1, BUSY, BUSY + 1);
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(reason: Error): void }>();
  readonly #idle: (() => void)[] = [];
  #asked = 0;
  #ended: ExplainError | undefined;

  /** @param runtime the file that stands for the package */
  constructor(runtime: string = resolvePackage('onnxruntime-node')) {
    this.#worker = new Worker(PROGRAM, { eval: true, workerData: { runtime, state: this.#state } });
    alive.add(this);
    this.#worker.unref();
    this.#worker.on('message', ({ id, answer, failed }: { id: number; answer?: unknown; failed?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#forget(id);
      if (failed === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(failed));
    });
    this.#worker.on('error', (cause) => this.#end(ended(cause)));
    this.#worker.on('exit', () => this.#end(ended()));
    this.#worker.on('messageerror', (cause) => {
      this.#end(ended(cause));
      void this.#worker.terminate();
    });
  }

  /** Whether it accepts no more requests. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Throws ONNX Runtime's error as an Error, or ExplainError `engine` if the thread has ended. */
  ask<What extends keyof Requests>(what: What, request: Requests[What]): Promise<Answers[What]> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#asked++;
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      try {
        this.#worker.postMessage({ id, what, request });
      } catch (problem) {
        this.#forget(id);
        reject(problem as Error);
      }
    });
  }

  /** Ends it after all requests are done. */
  async end(): Promise<void> {
    this.#ended ??= new ExplainError({
      kind: 'engine',
      message: 'The engine was closed while it was in use.',
      subject: 'ONNX Runtime',
      next: 'Try again.',
    });
    while (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#worker.terminate();
  }

  beginNoMore(): void {
    Atomics.store(this.#state, ENDING, 1);
  }

  /** Blocks until the thread has left the runtime, but no later than the given time of `Date.now`. */
  finish(latest: number): void {
    for (let busy: number; (busy = Atomics.load(this.#state, BUSY)) > 0 && Date.now() < latest; ) {
      Atomics.wait(this.#state, BUSY, busy, latest - Date.now());
    }
  }

  #forget(id: number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size > 0) return;
    this.#worker.unref();
    for (const tell of this.#idle.splice(0)) tell();
  }

  #end(problem: ExplainError): void {
    alive.delete(this);
    this.#ended ??= problem;
    for (const [id, { reject }] of [...this.#waiting]) {
      this.#forget(id);
      reject(problem);
    }
  }
}

const ended = (cause?: unknown): ExplainError =>
  new ExplainError(
    {
      kind: 'engine',
      message: 'A thread of ONNX Runtime has ended unexpectedly.',
      subject: 'ONNX Runtime',
      next: 'Try again; it will be started again.',
    },
    { cause },
  );
