import * as vscode from 'vscode';
import type { Progress } from '../../explainers/contracts/results.ts';
import { type ErrorReport, ExplainError, errorReport } from '../../explainers/errors.ts';
import type { Handlers, RequestContext } from '../../explainers/protocol/endpoint.ts';
import type { PassedOn } from '../../explainers/protocol/messages.ts';
import type { ExplainerClient } from '../worker/client.ts';

/** Which requests open a model: those wait for the workspace to be trusted. */
const OPENS_MODEL: Readonly<Record<keyof PassedOn, boolean>> = {
  describe: true,
  display: false,
  predict: true,
  annotations: true,
  explain: true,
  agreement: true,
  assess: true,
  compareMethods: true,
  assessments: false,
  comparisons: false,
  metrics: false,
  presets: false,
  inferredCard: true,
};

type PassedOnHandlers = Handlers<{ readonly requests: PassedOn; readonly notifications: object }>['requests'];

/** A request that was made before the page asked for it, and who follows it since. */
interface Ahead<K extends keyof PassedOn> {
  readonly reply: Promise<Reply<K>>;
  readonly cancel: AbortController;
  readonly stop: AbortController;
  progress: Progress | undefined;
  follow: ((progress: Progress) => void) | undefined;
}

type Params<K extends keyof PassedOn> = Parameters<PassedOn[K]>[0];
type Reply<K extends keyof PassedOn> = ReturnType<PassedOn[K]>;

/** What came of a request: a reply or an error. */
export interface Outcome<K extends keyof PassedOn> {
  readonly params: Params<K>;
  readonly reply?: Reply<K>;
  readonly error?: ErrorReport;
}

type Answered = <K extends keyof PassedOn>(method: K, outcome: Outcome<K>) => void;

/** Passes a page's requests on to the explainer process, and asks ahead what the page is sure to ask while it still loads. */
export class Relay {
  readonly #client: ExplainerClient;
  readonly #ahead = new Map<string, Ahead<never>>();
  readonly #answered: Answered;

  constructor(client: ExplainerClient, answered: Answered) {
    this.#client = client;
    this.#answered = answered;
  }

  /** Starts the first requests of a page, in parallel with the loading of the page itself. */
  askAhead(image: string | undefined, model: string | null, methods: readonly string[]): void {
    if (image === undefined) return;
    this.#start('display', { image });
    if (model === null || !vscode.workspace.isTrusted) return;
    const description = this.#start('describe', { model });
    this.#start('annotations', { image, model });
    const prediction = this.#start('predict', { image, model });
    prediction.reply
      .then(async ({ scores }) => {
        // What the page shows first, unless it remembers another choice: then the explainer is at least compiled.
        const best = scores.filter(({ predicted }) => predicted).sort((a, b) => b.score - a.score)[0];
        const [first, ...rest] = methods;
        if (!best || first === undefined) return;
        const explain = (method: string) => this.#start('explain', { image, model, method, classes: [best.index] });
        explain(first);
        // Methods that take long run one at a time: the page asks for those itself, when it is their turn.
        const { methods: known } = await description.reply;
        for (const method of rest) if (known.some(({ id, slow }) => id === method && !slow)) explain(method);
      })
      .catch(ignored);
  }

  /** What was asked ahead may no longer be true. */
  forgetAhead(): void {
    this.#ahead.clear();
  }

  /** One handler for each request that is passed on. */
  handlers(): PassedOnHandlers {
    const methods = Object.keys(OPENS_MODEL) as (keyof PassedOn)[];
    const entries = methods.map((method) => [
      method,
      (params: never, context: RequestContext) => this.#pass(method, params, context),
    ]);
    return Object.fromEntries(entries) as PassedOnHandlers;
  }

  async #pass<K extends keyof PassedOn>(method: K, params: Params<K>, context: RequestContext): Promise<Reply<K>> {
    if (OPENS_MODEL[method] && !vscode.workspace.isTrusted) {
      throw new ExplainError({
        kind: 'usage',
        message: 'This workspace is not trusted, so no model is opened.',
        next: 'Trust the workspace to see what the model predicts.',
      });
    }
    const key = keyOf(method, params);
    const started = this.#ahead.get(key) as unknown as Ahead<K> | undefined;
    this.#ahead.delete(key);
    const { signal, stop, progress } = context;
    try {
      const reply = await (started
        ? followed(started, context)
        : this.#client.request(method, params, { signal, stop, onProgress: progress }));
      this.#answered(method, { params, reply });
      return reply;
    } catch (thrown) {
      this.#answered(method, { params, error: errorReport(thrown) });
      throw thrown;
    }
  }

  #start<K extends keyof PassedOn>(method: K, params: Params<K>): Ahead<K> {
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
    ahead.reply.catch(ignored);
    this.#ahead.set(keyOf(method, params), ahead as unknown as Ahead<never>);
    return ahead;
  }
}

/** From now on the page cancels it, stops it and hears of its progress, as if it had asked itself. */
function followed<K extends keyof PassedOn>(ahead: Ahead<K>, context: RequestContext): Promise<Reply<K>> {
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

/** A failure of what was asked ahead is told to the page when it asks the same. */
function ignored(): void {}

function keyOf(method: string, params: object): string {
  return `${method} ${JSON.stringify(Object.entries(params).sort())}`;
}
