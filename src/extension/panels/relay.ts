import * as vscode from 'vscode';
import type { Progress } from '../../explainers/contracts/results.ts';
import { type ErrorReport, ExplainError, errorReport } from '../../explainers/errors.ts';
import type { Handlers, RequestContext } from '../../explainers/protocol/endpoint.ts';
import type { PassedOn } from '../../explainers/protocol/messages.ts';
import { requestKey } from '../../explainers/protocol/requestKey.ts';
import { type AskedBy, askedBy, factsOf, type ReplyOf, type RequestOf } from '../../explainers/protocol/requests.ts';
import type { ExplainerClient } from '../worker/client.ts';
import { askAhead } from './askAhead.ts';

type Passed = AskedBy<'page'>;
type PassedOnHandlers = Handlers<{ readonly requests: PassedOn; readonly notifications: object }>['requests'];

/** A request that was sent before the page asked for it, and the page's request that follows it since. */
interface Ahead<K extends Passed> {
  readonly reply: Promise<ReplyOf<K>>;
  readonly cancel: AbortController;
  readonly stop: AbortController;
  progress: Progress | undefined;
  follow: ((progress: Progress) => void) | undefined;
}

/** The result of a request: a reply or an error. */
export interface Outcome<K extends Passed> {
  readonly params: RequestOf<K>;
  readonly reply?: ReplyOf<K>;
  readonly error?: ErrorReport;
}

/** What a relay tells its panel. */
export interface RelayEvents {
  answered<K extends Passed>(method: K, outcome: Outcome<K>): void;
  /** The reply to a request that the page has not sent yet. */
  early(key: string, reply: unknown): void;
}

/**
 * Passes a page's requests on to the explainer process, and sends those that the page is sure to need while it still
 * loads. Their replies go to the page at once: each way there and back takes longer than most of the requests.
 */
export class Relay {
  readonly #client: ExplainerClient;
  readonly #ahead = new Map<string, Ahead<never>>();
  readonly #events: RelayEvents;
  #stopAsking = () => {};

  constructor(client: ExplainerClient, events: RelayEvents) {
    this.#client = client;
    this.#events = events;
  }

  /** Starts the first requests of a page, in parallel with the loading of the page itself. */
  askAhead(image: string | undefined, model: string | null, methods: readonly string[]): void {
    if (image === undefined) return;
    this.#stopAsking();
    const opening = { image, model: vscode.workspace.isTrusted ? model : null, methods };
    this.#stopAsking = askAhead(opening, ({ kind, request }) => this.#start(kind, request).reply);
  }

  /** Prefetched replies may no longer be valid. */
  forgetAhead(): void {
    this.#stopAsking();
    this.#ahead.clear();
  }

  /** The page has used an early reply, and plans for itself now. */
  taken(method: Passed, key: string): void {
    if (method === 'explain') this.#stopAsking();
    this.#ahead.delete(key);
  }

  /** One handler for each request that is passed on. */
  handlers(): PassedOnHandlers {
    const entries = askedBy('page').map((method) => [
      method,
      (params: never, context: RequestContext) => this.#pass(method, params, context),
    ]);
    return Object.fromEntries(entries) as PassedOnHandlers;
  }

  async #pass<K extends Passed>(method: K, params: RequestOf<K>, context: RequestContext): Promise<ReplyOf<K>> {
    if (factsOf(method).opensModel && !vscode.workspace.isTrusted) {
      throw new ExplainError({
        kind: 'usage',
        message: 'This workspace is not trusted, so no model is opened.',
        next: 'Trust the workspace to see what the model predicts.',
      });
    }
    // The page plans for itself now, and may need other maps.
    if (method === 'explain') this.#stopAsking();
    const key = requestKey(method, params);
    const started = this.#ahead.get(key) as unknown as Ahead<K> | undefined;
    this.#ahead.delete(key);
    const { signal, stop, progress } = context;
    try {
      const reply = await (started
        ? followed(started, context)
        : this.#client.request(method, params, { signal, stop, onProgress: progress }));
      this.#events.answered(method, { params, reply });
      return reply;
    } catch (thrown) {
      this.#events.answered(method, { params, error: errorReport(thrown) });
      throw thrown;
    }
  }

  #start<K extends Passed>(method: K, params: RequestOf<K>): Ahead<K> {
    const [cancel, stop] = [new AbortController(), new AbortController()];
    const ahead: Ahead<K> = {
      reply: this.#client.request(method, params, {
        signal: cancel.signal,
        stop: stop.signal,
        onProgress: (progress) => {
          ahead.progress = progress;
          ahead.follow?.(progress);
        },
      }),
      cancel,
      stop,
      progress: undefined,
      follow: undefined,
    };
    const key = requestKey(method, params);
    const waiting = ahead as unknown as Ahead<never>;
    this.#ahead.set(key, waiting);
    ahead.reply.then(
      (reply) => {
        // It stays until the page has it: its own request may be on the way, and a page that loads slowly misses it.
        if (this.#ahead.get(key) !== waiting) return;
        this.#events.answered(method, { params, reply });
        this.#events.early(key, reply);
      },
      () => {}, // the page receives a failure when it sends the request
    );
    return ahead;
  }
}

/** Afterwards the page cancels it, stops it and receives its progress, as if it had sent the request itself. */
function followed<K extends Passed>(ahead: Ahead<K>, context: RequestContext): Promise<ReplyOf<K>> {
  ahead.follow = context.progress;
  if (ahead.progress) context.progress(ahead.progress);
  for (const [signal, controller] of [
    [context.signal, ahead.cancel],
    [context.stop, ahead.stop],
  ] as const) {
    if (signal.aborted) controller.abort();
    else signal.addEventListener('abort', () => controller.abort(), { once: true });
  }
  return ahead.reply;
}
