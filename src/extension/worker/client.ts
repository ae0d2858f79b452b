import { fork } from 'node:child_process';
import type { ModelDescription } from '../../explainers/contracts/results.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import type { LinkOut } from '../../explainers/files/reach.ts';
import { ExplainerProcess } from '../../explainers/process/explainerProcess.ts';
import { modelProcessEnv } from '../../explainers/process/processEnv.ts';
import type { RequestOptions } from '../../explainers/protocol/endpoint.ts';
import type { ExplainerClientSide, ExplainerSide } from '../../explainers/protocol/messages.ts';
import type { ReplyOf, RequestName, RequestOf } from '../../explainers/protocol/requests.ts';
import type { Log } from '../log.ts';

const AGAIN =
  'Try again; the next request starts a fresh one. If it stops again, look at the log (Saliency Lens: Show Log).';
const START_HELP =
  'Look at the log (Saliency Lens: Show Log) and reload the window. If that does not help, reinstall the extension.';

type Running = ExplainerProcess<ExplainerClientSide, ExplainerSide>;

export interface AskOptions extends RequestOptions {
  /** After a cancel, a native run may go on to its end: nothing that matters waits for it. */
  readonly patient?: boolean;
}

export interface ExplainerClientOptions {
  /** The bundled script of the explainer process. */
  readonly entry: string;
  readonly log: Log;
  /** The start options of the next process: plain data, passed as one argument. */
  readonly processOptions: () => object;
  /** The process ends after this long without a request; 0: never. */
  readonly idleMilliseconds: () => number;
  /** How long the process may ignore a cancel before it is killed. */
  readonly cancelGraceMilliseconds?: number;
}

/**
 * The one explainer process of a window: started by the first request (or earlier by {@link start}), replaced by the
 * next request after a crash, ended when idle. If the process does not react to a cancel in time, because a native run
 * blocks it, it is killed, and all other waiting requests go to its successor.
 */
export class ExplainerClient {
  readonly #options: ExplainerClientOptions;
  readonly #stopped = new Set<(report: ErrorReport) => void>();
  readonly #annotationsFound = new Set<(image: string) => void>();
  readonly #linksOut = new Set<(link: LinkOut) => void>();
  readonly #described = new Set<(model: string, description: ModelDescription) => void>();
  #process: Running | undefined;
  #idle: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: ExplainerClientOptions) {
    this.#options = options;
  }

  /** Process id, if one is running. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts the process before the first request; does nothing if one is running. */
  start(): void {
    this.#running();
  }

  async request<K extends RequestName>(method: K, params: RequestOf<K>, options: AskOptions = {}): Promise<ReplyOf<K>> {
    for (;;) {
      const running = this.#running();
      try {
        const reply = (await this.#ask(running, method, params, options)) as ReplyOf<K>;
        if (method === 'describe') this.#tellDescribed(params, reply);
        return reply;
      } catch (thrown) {
        if (!running.replaced || this.#disposed || options.signal?.aborted) throw thrown;
      }
    }
  }

  /** Ends the process; the next request starts a fresh one, which also receives the waiting requests. */
  restart(reason = 'asked to'): void {
    const running = this.#process;
    if (!running) return;
    this.#options.log.info(`Ending explainer process ${running.pid}: ${reason}.`);
    this.#process = undefined;
    running.replace();
  }

  /** Called with each model that was described, whoever asked; returns the function that stops it. */
  onDescribed(listener: (model: string, description: ModelDescription) => void): () => void {
    this.#described.add(listener);
    return () => this.#described.delete(listener);
  }

  /** Called when the process ended unexpectedly; returns a function that unsubscribes. */
  onStopped(listener: (report: ErrorReport) => void): () => void {
    this.#stopped.add(listener);
    return () => this.#stopped.delete(listener);
  }

  /** Called with an image whose annotations should be requested again; returns a function that unsubscribes. */
  onAnnotationsFound(listener: (image: string) => void): () => void {
    this.#annotationsFound.add(listener);
    return () => this.#annotationsFound.delete(listener);
  }

  /** Called with a link that leads to a folder out of reach; returns a function that unsubscribes. */
  onLinkOut(listener: (link: LinkOut) => void): () => void {
    this.#linksOut.add(listener);
    return () => this.#linksOut.delete(listener);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#idle);
    this.#process?.replace();
    this.#process = undefined;
    this.#stopped.clear();
    this.#annotationsFound.clear();
    this.#linksOut.clear();
    this.#described.clear();
  }

  #tellDescribed(params: object, reply: unknown): void {
    const { model } = params as { readonly model: string };
    for (const listener of this.#described) listener(model, reply as ModelDescription);
  }

  async #ask(running: Running, method: RequestName, params: object, options: AskOptions): Promise<unknown> {
    let overdue: NodeJS.Timeout | undefined;
    const grace = () => {
      overdue = setTimeout(() => {
        if (this.#process !== running) return;
        this.restart(`'${method}' was cancelled, but a run blocks the process`);
      }, this.#options.cancelGraceMilliseconds ?? 2000);
    };
    if (!options.patient) options.signal?.addEventListener('abort', grace, { once: true });
    return running.endpoint.request(method, params as never, {
      ...options,
      onCancelHeard: () => {
        clearTimeout(overdue);
        options.onCancelHeard?.();
      },
      onAnswered: () => {
        clearTimeout(overdue);
        options.signal?.removeEventListener('abort', grace);
        options.onAnswered?.();
        this.#watchIdle();
      },
    });
  }

  #running(): Running {
    // Its end is reported once the reason is known; a request in the meantime goes to its successor.
    if (this.#process?.ending) this.#process = undefined;
    const running = (this.#process ??= this.#fork());
    this.#watchIdle();
    return running;
  }

  #fork(): Running {
    const { entry, log, processOptions } = this.#options;
    const options = processOptions();
    const { runtimes } = options as { readonly runtimes?: string };
    const child = fork(entry, [JSON.stringify(options)], {
      env: modelProcessEnv({ ...process.env, ELECTRON_RUN_AS_NODE: '1' }, runtimes),
      execArgv: [], // not the extension host's own, such as --inspect with its port
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const ended = (report?: ErrorReport) => {
      if (this.#process === running) this.#process = undefined;
      if (report) for (const listener of this.#stopped) listener(report);
    };
    const running: Running = new ExplainerProcess(child, {
      log,
      ended,
      notifications: {
        annotationsFound: ({ image }) => {
          for (const listener of this.#annotationsFound) listener(image);
        },
        linkOut: (link) => {
          for (const listener of this.#linksOut) listener(link);
        },
      },
      again: AGAIN,
      start: START_HELP,
    });
    return running;
  }

  /** Starts counting the time without requests. */
  #watchIdle(): void {
    clearTimeout(this.#idle);
    const after = this.#options.idleMilliseconds();
    const running = this.#process;
    if (!running || after <= 0) return;
    this.#idle = setTimeout(() => {
      // A long request is not idleness; the time counts from its answer.
      if (this.#process === running && running.endpoint.unanswered === 0) this.restart('it was idle');
    }, after);
    this.#idle.unref();
  }
}
