import type { Progress } from '../contracts/results.ts';
import { type ErrorReport, ExplainError, errorReport } from '../errors.ts';
import { own } from '../tables.ts';
import { ownBytes } from './bytes.ts';

/**
 * The requests that one side of a connection answers (a method each) and the notifications it receives (a value each).
 */
export interface Side {
  readonly requests: object;
  readonly notifications: object;
}

/** Anything that carries plain data both ways: `postMessage` of a page, the channel of a forked process. */
export interface Port {
  post(message: unknown): void;
  /** Calls `receive` for each message; returns the function that stops it. */
  listen(receive: (message: unknown) => void): () => void;
}

export interface RequestContext {
  /** Fires when the asker no longer needs the reply, or the connection ends. */
  readonly signal: AbortSignal;
  /** Fires when the asker wants a result that is still being refined to end early, and accepts it so far. */
  readonly stop: AbortSignal;
  /** Goes to the asker's `onProgress`. */
  progress(progress: Progress): void;
}

export interface RequestOptions {
  /** When it fires, the other side is notified, and the promise immediately rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /**
   * When it fires, the other side is asked to answer soon with the result so far; the promise waits for that answer.
   */
  readonly stop?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Called when the other side has received the cancel: it is not blocked, and will answer when it can. */
  readonly onCancelHeard?: () => void;
  /**
   * Called once when the other side has answered or can no longer answer; after a cancel, this is later than the
   * rejection.
   */
  readonly onAnswered?: () => void;
}

type Method = (params: never) => unknown;
type Params<R, K extends keyof R> = R[K] extends (params: infer P) => unknown ? P : never;
type Reply<R, K extends keyof R> = R[K] extends Method ? Awaited<ReturnType<R[K]>> : never;

/** One function per request and per notification of a side; the compiler names missing ones. */
export interface Handlers<S extends Side> {
  readonly requests: {
    readonly [K in keyof S['requests']]: (
      params: Params<S['requests'], K>,
      context: RequestContext,
    ) => Reply<S['requests'], K> | Promise<Reply<S['requests'], K>>;
  };
  readonly notifications: {
    readonly [K in keyof S['notifications']]: (value: S['notifications'][K]) => void;
  };
}

type Wire =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorReport }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'cancelHeard'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'notify'; readonly method: string; readonly value: unknown };

interface Pending {
  resolve(result: unknown): void;
  reject(report: ErrorReport): void;
  onProgress(progress: Progress): void;
  onCancelHeard(): void;
}

const CLOSED: ErrorReport = { kind: 'cancelled', message: 'The connection was closed.' };

/**
 * One end of a typed connection, where `Here` is this side and `There` the other: page ↔ extension host ↔ explainer
 * process. A request's reply type follows from its method; errors arrive as {@link ExplainError}. A request can be
 * cancelled, can be stopped early with the result so far, and can report progress. `dispose` rejects everything
 * pending, so nothing waits for ever.
 * @example const host = new Endpoint<PageSide, HostSide>(port, handlers); const prediction = await
 * host.request('predict', { image, model }, { signal, onProgress: show });
 */
export class Endpoint<Here extends Side, There extends Side> {
  readonly #port: Port;
  readonly #handlers: Handlers<Here>;
  readonly #pending = new Map<number, Pending>();
  readonly #running = new Map<number, { readonly cancel: AbortController; readonly stop: AbortController }>();
  readonly #stop: () => void;
  #closed: ErrorReport | undefined;
  // A reloaded page must not mistake replies to its predecessor for its own.
  #lastId = Math.floor(Math.random() * 2 ** 40);

  constructor(port: Port, handlers: Handlers<Here>) {
    this.#port = port;
    this.#handlers = handlers;
    this.#stop = port.listen((message) => this.#receive(message));
  }

  /** How many requests the other side has not answered yet, including cancelled ones. */
  get unanswered(): number {
    return this.#pending.size;
  }

  request<K extends keyof There['requests'] & string>(
    method: K,
    params: Params<There['requests'], K>,
    options: RequestOptions = {},
  ): Promise<Reply<There['requests'], K>> {
    const { signal, stop } = options;
    return new Promise((resolve, reject) => {
      const fail = (report: ErrorReport) => reject(new ExplainError(report));
      const early = this.#closed ?? (signal?.aborted ? errorReport(cancelled()) : undefined);
      if (early) {
        options.onAnswered?.();
        fail(early);
        return;
      }
      const id = ++this.#lastId;
      const cancel = () => {
        this.#post({ kind: 'cancel', id });
        reject(cancelled());
      };
      const enough = () => void this.#post({ kind: 'stop', id });
      const answered = () => {
        this.#pending.delete(id);
        signal?.removeEventListener('abort', cancel);
        stop?.removeEventListener('abort', enough);
        options.onAnswered?.();
      };
      this.#pending.set(id, {
        resolve: (result) => {
          answered();
          resolve(result as Reply<There['requests'], K>);
        },
        reject: (report) => {
          answered();
          fail(report);
        },
        onProgress: (progress) => {
          if (!signal?.aborted) options.onProgress?.(progress);
        },
        onCancelHeard: () => options.onCancelHeard?.(),
      });
      signal?.addEventListener('abort', cancel, { once: true });
      const failure = this.#post({ kind: 'request', id, method, params });
      if (failure) this.#pending.get(id)?.reject(failure);
      else if (stop?.aborted) enough();
      else stop?.addEventListener('abort', enough, { once: true });
    });
  }

  notify<K extends keyof There['notifications'] & string>(method: K, value: There['notifications'][K]): void {
    if (!this.#closed) this.#post({ kind: 'notify', method, value });
  }

  /** Ends the connection: everything pending rejects with `reason`, and everything running here is cancelled. */
  dispose(reason: ErrorReport = CLOSED): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#stop();
    for (const pending of [...this.#pending.values()]) pending.reject(reason);
    for (const running of this.#running.values()) running.cancel.abort();
    this.#running.clear();
  }

  #post(message: Wire): ErrorReport | undefined {
    if (this.#closed) return this.#closed;
    try {
      this.#port.post(ownBytes(message));
      return undefined;
    } catch (thrown) {
      return errorReport(thrown);
    }
  }

  #receive(message: unknown): void {
    if (!isWire(message) || this.#closed) return;
    switch (message.kind) {
      case 'request':
        void this.#answer(message.id, message.method, message.params);
        return;
      case 'reply':
        this.#pending.get(message.id)?.resolve(message.result);
        return;
      case 'error':
        this.#pending.get(message.id)?.reject(message.error);
        return;
      case 'progress':
        this.#pending.get(message.id)?.onProgress(message.progress);
        return;
      case 'cancel':
        this.#post({ kind: 'cancelHeard', id: message.id });
        this.#running.get(message.id)?.cancel.abort();
        return;
      case 'stop':
        this.#running.get(message.id)?.stop.abort();
        return;
      case 'cancelHeard':
        this.#pending.get(message.id)?.onCancelHeard();
        return;
      case 'notify':
        handler<(value: unknown) => void>(this.#handlers.notifications, message.method)?.(message.value);
    }
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    const running = { cancel: new AbortController(), stop: new AbortController() };
    this.#running.set(id, running);
    const context: RequestContext = {
      signal: running.cancel.signal,
      stop: running.stop.signal,
      progress: (progress) => {
        if (this.#running.has(id)) this.#post({ kind: 'progress', id, progress });
      },
    };
    let answer: Wire;
    try {
      const run = handler<(params: unknown, context: RequestContext) => unknown>(this.#handlers.requests, method);
      if (!run) throw nobodyAnswers(method);
      answer = { kind: 'reply', id, result: await run(params, context) };
    } catch (thrown) {
      answer = { kind: 'error', id, error: errorReport(thrown) };
    }
    this.#running.delete(id);
    // A result that cannot be sent must not leave the asker waiting.
    const failure = this.#post(answer);
    if (failure) this.#post({ kind: 'error', id, error: failure });
  }
}

function nobodyAnswers(method: unknown): ExplainError {
  return new ExplainError({
    kind: 'internal',
    message: 'There is no such request.',
    subject: String(method).slice(0, 100),
    next: 'Reload the window: its parts are of different versions.',
  });
}

function cancelled(): ExplainError {
  return new ExplainError({ kind: 'cancelled', message: 'Stopped.' });
}

function handler<F>(handlers: object, name: string): F | undefined {
  return Object.hasOwn(handlers, name) ? (own(handlers as Record<string, unknown>, name) as F) : undefined;
}

function isWire(message: unknown): message is Wire {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return 'id' in message ? typeof message.id === 'number' : message.kind === 'notify';
}
