import type { Explanation, Heatmap, Progress } from '../../explainers/contracts/results.ts';
import { type Host, reportOf } from '../host.ts';
import { isChanged } from './changed.ts';
import { opened, withEverythingAgain } from './changes.ts';
import { persistedState } from './persisted.ts';
import { plan } from './plan/plan.ts';
import type { Want } from './plan/want.ts';
import type { Loaded, Picture, Replies, ReplyTypes } from './replies.ts';
import { Scene } from './scene.ts';
import type { Store } from './store.ts';

interface Running {
  readonly want: Want;
  readonly abort: AbortController;
  readonly enough: AbortController;
}

const MEASURES: ReadonlySet<Want['kind']> = new Set(['agreement', 'assess', 'compareMethods']);

/** Milliseconds without a change of the options before maps are compared again. */
const SETTLED = 120;

/** The parts of the browser that the controller needs, replaced in tests. */
export interface Browser {
  decode(info: Picture['info']): Promise<Picture>;
  /** Calls back once, soon, however often it is called. */
  soon(run: () => void): void;
}

/** Keeps replies in step with the plan: starts missing requests, stops unnecessary ones, stores the replies. */
export class Controller {
  readonly #store: Store;
  readonly #replies: Replies;
  readonly #host: Host;
  readonly #browser: Browser;
  readonly #running = new Set<Running>();
  #saved = '';
  #told = '';

  constructor(store: Store, replies: Replies, host: Host, browser: Browser) {
    this.#store = store;
    this.#replies = replies;
    this.#host = host;
    this.#browser = browser;
    store.subscribe(() => browser.soon(() => this.#reconcile()));
  }

  /** Asks the host what to show. */
  async start(): Promise<void> {
    try {
      const contents = await this.#host.request('ready', {});
      this.#store.update((state) => opened(state, contents));
    } catch (thrown) {
      this.#store.receive({ failure: reportOf(thrown) });
    }
  }

  /** What to show is known, and every request for it has its reply. */
  get isAnswered(): boolean {
    return this.#store.state.resource.contents !== null && this.#running.size === 0;
  }

  /** Retries failed requests: all, or the one with this key. */
  retry(key?: string): void {
    this.#replies.forgive(key);
    this.#store.receive({ notice: null, failure: null });
    this.#store.touch();
    if (!this.#store.state.resource.contents) void this.start();
  }

  /** Retries everything and relies on nothing: every file is read again. */
  readAgain(): void {
    this.#host.forgetEarly();
    this.#store.update(withEverythingAgain);
    this.retry();
  }

  /** While the page is hidden it holds no maps; when it becomes visible it shows the same as before. */
  setVisible(visible: boolean): void {
    if (visible) this.#replies.bringBack();
    this.#store.receive({ hidden: !visible });
  }

  /** Stops the request that would fill `key`; it stays stopped until `retry`. */
  stop(key: string): void {
    for (const running of this.#running) {
      if (!running.want.keys.includes(key)) continue;
      this.#running.delete(running);
      running.abort.abort();
      for (const each of running.want.keys) {
        this.#file(running.want.kind, each, { status: 'failed', error: { kind: 'cancelled', message: 'Stopped.' } });
      }
    }
    this.#store.touch();
  }

  /** Ends the request that would fill `key` with the result so far. */
  keep(key: string): void {
    for (const running of this.#running) if (running.want.keys.includes(key)) running.enough.abort();
  }

  #reconcile(): void {
    this.#save();
    const wants = plan(new Scene(this.#store.state, this.#replies));
    const wanted = new Set(wants.flatMap((want) => want.keys));
    for (const running of this.#running) {
      if (running.want.keys.some((key) => wanted.has(key))) continue;
      this.#running.delete(running);
      running.abort.abort();
      for (const key of running.want.keys) this.#file(running.want.kind, key, { status: 'idle' });
      this.#store.touch(); // the views have been drawn before
    }
    for (const want of wants) {
      const missing = want.keys.filter((key) => this.#replies.get(want.kind, key).status === 'idle');
      if (missing.length > 0) void this.#ask(narrowed(want, missing));
    }
    // Requests that measure maps need them until they are done.
    const measures = [...this.#running].some(({ want }) => MEASURES.has(want.kind));
    if (this.#store.state.resource.hidden && !measures) this.#putAway();
  }

  #putAway(): void {
    const { held } = this.#replies;
    this.#replies.putAway(this.#replacedVersions());
    if (this.#replies.held < held) this.#store.touch(); // the views release them too
  }

  /** Whether a key is of an earlier version of a model: its maps cannot be made again. */
  #replacedVersions(): (key: string) => boolean {
    const { versions } = this.#store.state.resource;
    const stamps = Object.entries(versions).flatMap(([model, all]) =>
      all.map(({ revision }) => `|${model}@${revision}|`),
    );
    return (key) => stamps.some((stamp) => key.includes(stamp));
  }

  async #ask(want: Want): Promise<void> {
    const running: Running = { want, abort: new AbortController(), enough: new AbortController() };
    this.#running.add(running);
    const since = Date.now();
    let maps: readonly Heatmap[] = [];
    const wait = (progress: Progress | null) => {
      maps = progress?.maps ?? maps;
      for (const [i, key] of want.keys.entries()) {
        const map = want.kind === 'explain' ? maps.find((each) => each.index === want.request.classes[i]) : undefined;
        const partial = map && !this.#store.state.resource.hidden && { partial: { map, agreement: [] } };
        this.#file(want.kind, key, { status: 'waiting', progress, since, ...partial });
      }
      this.#store.touch();
    };
    wait(null);
    const current = () => this.#running.has(running);
    try {
      const values = await this.#fetch(running, (progress) => current() && wait(progress));
      if (!current()) return;
      for (const [i, key] of want.keys.entries()) {
        this.#file(want.kind, key, values[i] ?? { status: 'idle' });
      }
    } catch (thrown) {
      if (!current()) return;
      for (const key of want.keys) this.#file(want.kind, key, { status: 'failed', error: reportOf(thrown) });
    }
    this.#running.delete(running);
    this.#store.touch();
  }

  async #fetch(
    { want, abort, enough }: Running,
    onProgress: (progress: Progress) => void,
  ): Promise<readonly Loaded<ReplyTypes[Want['kind']]>[]> {
    const options = { signal: abort.signal, stop: enough.signal, onProgress };
    const done = <T>(value: T) => ({ status: 'done', value }) as const;
    switch (want.kind) {
      case 'display':
        return [done(await this.#browser.decode(await this.#host.request('display', want.request, options)))];
      case 'explain': {
        const explanation = await this.#host.request('explain', want.request, options);
        return want.request.classes.map((index) => oneClass(explanation, index));
      }
      case 'agreement': {
        // While a slider moves, each position is needed only for a moment.
        await pause(SETTLED, abort.signal);
        const measured = await this.#host.request('agreement', want.request, options);
        return want.request.maps.map((map) =>
          done(measured.filter((each) => each.method === map.method && each.index === map.index)),
        );
      }
      case 'withoutRegion':
        // While a box moves, each position is needed only for a moment.
        await pause(SETTLED, abort.signal);
        return [done(await this.#host.request('withoutRegion', want.request, options))];
      default:
        return [done(await this.#host.request(want.kind, want.request as never, options))];
    }
  }

  #file(kind: Want['kind'], key: string, reply: Loaded<ReplyTypes[Want['kind']]>): void {
    this.#replies.set(kind, key, reply as Loaded<never>);
  }

  #save(): void {
    const { state } = this.#store;
    if (!state.resource.contents) return;
    const persisted = persistedState(state);
    const text = JSON.stringify(persisted);
    if (text !== this.#saved) this.#host.setState(persisted);
    this.#saved = text;
    const { current, model } = state.navigation;
    const changed = isChanged(state);
    const told = JSON.stringify([current, model, changed]);
    if (told !== this.#told) this.#host.notify('state', { current, model, ...(changed && { changed }) });
    this.#told = told;
  }
}

/** Resolves after a time; rejects immediately if aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** The same request for some of its keys. */
function narrowed(want: Want, keys: readonly string[]): Want {
  if (keys.length === want.keys.length) return want;
  if (want.kind === 'agreement') {
    const maps = want.request.maps.filter((_, i) => keys.includes(want.keys[i] ?? ''));
    return { ...want, keys, request: { ...want.request, maps } };
  }
  if (want.kind !== 'explain') return want;
  const classes = want.request.classes.filter((_, i) => keys.includes(want.keys[i] ?? ''));
  return { ...want, keys, request: { ...want.request, classes } };
}

function oneClass(explanation: Explanation, index: number): Loaded<ReplyTypes['explain']> {
  const map = explanation.maps.find((each) => each.index === index);
  const failure = explanation.failures?.find((each) => each.index === index);
  if (failure) return { status: 'failed', error: failure.error };
  if (!map)
    return {
      status: 'failed',
      error: {
        kind: 'internal',
        message: `No heatmap came for class ${index}.`,
        subject: `class ${index}`,
        next: 'This is a defect in Saliency Lens. Please report it with the log.',
      },
    };
  return { status: 'done', value: { map, agreement: explanation.agreement.filter((each) => each.index === index) } };
}
