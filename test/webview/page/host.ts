// The other end of the page's messages, in the page itself: a real endpoint whose replies a test can hold back, fail or
// change.
import type { ErrorReport } from '../../../src/explainers/errors.ts';
import { ExplainError } from '../../../src/explainers/errors.ts';
import { Endpoint, type Handlers, type RequestContext } from '../../../src/explainers/protocol/endpoint.ts';
import type {
  HostRequests,
  HostSide,
  PageSide,
  PanelContents,
  ViewNotifications,
} from '../../../src/explainers/protocol/messages.ts';
import { requestKey } from '../../../src/explainers/protocol/requestKey.ts';
import { type AskedBy, askedBy } from '../../../src/explainers/protocol/requests.ts';
import { assess, compare } from './faithfulness.ts';
import { makeScene, type SceneKind } from './scene.ts';

export interface HostOptions {
  readonly scene?: SceneKind;
  readonly contents?: Partial<PanelContents>;
  readonly state?: unknown;
  readonly fail?: Partial<Record<keyof HostRequests, ErrorReport>>;
  readonly hold?: readonly (keyof HostRequests)[];
  /** Of the image's file. */
  readonly format?: string;
  /** The side of a square image, in pixels; default: the world's own size. */
  readonly side?: number;
}

/** What a test reads and does, as `window.host`. */
export interface ScriptedHost {
  readonly asked: { readonly method: string; readonly params: unknown; cancelled: boolean; answered: boolean }[];
  readonly told: { readonly method: string; readonly value: unknown }[];
  /** How many requests are neither answered nor held back. */
  readonly open: number;
  state: unknown;
  fail: Partial<Record<keyof HostRequests, ErrorReport>>;
  hold: Set<keyof HostRequests>;
  /** Lets everything that is held go on. */
  release(): void;
  /** Shows progress on what is held, once something is. */
  progress(message: string, fraction: number | null): Promise<void>;
  /** The same, with the maps so far. */
  refine(message: string, fraction: number): Promise<void>;
  /** What the extension sends a page that has not asked: the contents, and the replies to its first requests. */
  tellEarly(classIndex: number): Promise<void>;
  notify<K extends keyof ViewNotifications>(method: K, value: ViewNotifications[K]): void;
}

declare global {
  interface Window {
    hostOptions?: HostOptions;
    host: ScriptedHost;
  }
}

const options = window.hostOptions ?? {};
const scene = makeScene(options.scene ?? 'chest', options.side);
const waiting = new Set<{ readonly params: unknown; readonly context: RequestContext; go(): void }>();
/** A page may still be on its way to ask when a test already refers to the answer. */
const held = async () => {
  while (waiting.size === 0) await new Promise((resolve) => setTimeout(resolve));
  return waiting;
};
let receive: ((message: unknown) => void) | undefined;

const host: ScriptedHost = {
  asked: [],
  told: [],
  get open() {
    return this.asked.filter(({ answered }) => !answered).length - waiting.size;
  },
  state: options.state,
  fail: { ...options.fail },
  hold: new Set(options.hold),
  release() {
    this.hold.clear();
    for (const each of waiting) each.go();
    waiting.clear();
  },
  async progress(message, fraction) {
    for (const { context } of await held()) context.progress({ stage: 'explain', message, fraction });
  },
  async refine(message, fraction) {
    for (const { params, context } of await held()) {
      const { method, classes } = params as { method: string; classes: readonly number[] };
      const { maps } = scene.explain(method, classes);
      const figures = { samples: Math.round(1000 * fraction), stability: 0.87 };
      context.progress({ stage: 'explain', message, fraction, maps: maps.map((map) => ({ ...map, figures })) });
    }
  },
  async tellEarly(classIndex) {
    const { images, model } = contents;
    const shown = { image: images[0]!, model: model! };
    const explain = { ...shown, method: 'gradCam', classes: [classIndex] };
    const replies = [
      [requestKey('display', { image: shown.image }), await picture(shown.image)],
      [requestKey('describe', { model }), scene.description],
      [requestKey('predict', shown), scene.predict(shown.image)],
      [requestKey('annotations', shown), scene.annotations(shown.image)],
      [requestKey('explain', explain), scene.explain(explain.method, explain.classes)],
    ] as const;
    for (const [key, reply] of replies) this.notify('early', { key, reply });
    this.notify('opened', contents);
  },
  notify: (method, value) => endpoint.notify(method, value),
};
window.host = host;

/** Until a test releases what is held, or the page gives it up. */
const letGo = (params: unknown, context: RequestContext) =>
  new Promise<void>((resolve) => {
    const request = { params, context, go: resolve };
    waiting.add(request);
    for (const signal of [context.stop, context.signal]) {
      signal.addEventListener('abort', () => {
        waiting.delete(request);
        resolve();
      });
    }
  });

async function answer<K extends keyof HostRequests>(
  method: K,
  params: Parameters<HostRequests[K]>[0],
  context: RequestContext,
  reply: () => unknown,
): Promise<Awaited<ReturnType<HostRequests[K]>>> {
  const entry = { method, params, cancelled: false, answered: false };
  host.asked.push(entry);
  context.signal.addEventListener('abort', () => {
    entry.cancelled = true;
  });
  try {
    if (host.hold.has(method)) await letGo(params, context);
    const failure = host.fail[method];
    if (failure) throw new ExplainError(failure);
    return (await reply()) as Awaited<ReturnType<HostRequests[K]>>;
  } finally {
    entry.answered = true;
  }
}

async function picture(image: string): Promise<unknown> {
  const [height, width] = scene.size;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const shade = context.createLinearGradient(0, 0, width, height);
  shade.addColorStop(0, '#333');
  shade.addColorStop(1, '#bbb');
  context.fillStyle = shade;
  context.fillRect(0, 0, width, height);
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return {
    image,
    size: scene.size,
    mime: 'image/png',
    bytes,
    format: options.format ?? 'png',
    notes: ['windowed 2048 ± 4096'],
  };
}

const told =
  <K extends string>(method: K) =>
  (value: unknown) =>
    void host.told.push({ method, value });

const contents = { ...scene.contents, ...options.contents };
let { findings } = contents;
/** What is asked, and what comes of it. */
type Replying = {
  readonly [K in keyof HostRequests]: (params: Parameters<HostRequests[K]>[0], context: RequestContext) => unknown;
};
/** A request that is passed on and not named here is answered with null. */
const REPLIES: Omit<Replying, AskedBy<'page'>> & Partial<Replying> = {
  ready: () => contents,
  describe: () => scene.description,
  display: ({ image }) => picture(image),
  predict: ({ image, model }) => (isOther(model) ? otherPrediction(image) : scene.predict(image)),
  annotations: ({ image }) => scene.annotations(image),
  explain: ({ model, method, classes }, { stop }) => {
    const { maps, agreement } = isOther(model) ? otherExplanation(method, classes) : scene.explain(method, classes);
    const stopped = stop.aborted ? { stoppedAt: 0.3 } : {};
    return { maps: maps.map((map) => ({ ...map, ...stopped })), agreement };
  },
  agreement: (params) => scene.agreement(params),
  assess: (params) => assess(params),
  compareMethods: (params) => compare(params),
  chooseModel: () => ({ model: scene.contents.model ?? '' }),
  chooseOther: () => ({ model: '/workspace/other.onnx' }),
  writeCard: () => ({ path: '/workspace/card.explain.json' }),
  openFile: () => null,
  openMethodPage: () => null,
  restartExplainer: () => null,
  grantTrust: () => ({ trusted: true }),
  saveFile: ({ name }) => ({ path: `/workspace/${name}` }),
  copyText: () => null,
  copyCommand: () => null,
  mayLeave: () => true,
  triage: () => null,
  fixLabel: () => null,
  drawn: () => null,
  review: ({ finding, verdict, note }) => {
    const said = {
      time: '2026-05-04T10:00:00Z',
      image: finding.image,
      class: finding.label,
      annotationId: finding.annotationId,
      finding: finding.kind,
      verdict,
      note,
      modelSha256: null,
      settings: {},
    };
    findings = findings.map((each) =>
      each.key === finding.key ? { ...each, verdict: verdict === 'open' ? null : said } : each,
    );
    setTimeout(() => endpoint.notify('findings', { image: finding.image, findings }), 0);
    return said;
  },
};
/** Another model: the same classes in the reverse order, but for one, with other scores and stronger maps. */
const isOther = (model: string) => model !== scene.contents.model;
function otherPrediction(image: string): unknown {
  const { scores, ...rest } = scene.predict(image);
  const last = scores.length - 1;
  const turned = [...scores].reverse().map((each, index) => {
    const score = index === last ? each.score : each.score / 2;
    const label = index === 0 ? 'Nothing like it' : each.label.replace('_', ' ').toLowerCase();
    return { ...each, index, label, score, predicted: score >= each.threshold };
  });
  return { ...rest, scores: turned };
}
function otherExplanation(method: string, classes: readonly number[]) {
  const last = scene.predict('').scores.length - 1;
  const { maps, agreement } = scene.explain(
    method,
    classes.map((each) => last - each),
  );
  return {
    maps: maps.map((map, i) => ({ ...map, index: classes[i]!, values: map.values.map((value) => 2 * value) })),
    agreement: agreement.map((each) => ({ ...each, index: last - each.index })),
  };
}

const unnamed = askedBy('page').map((method) => [method, () => null] as const);
const requests = Object.fromEntries(
  Object.entries({ ...Object.fromEntries(unnamed), ...REPLIES }).map(([method, reply]) => [
    method,
    (params: never, context: RequestContext) =>
      answer(method as keyof HostRequests, params, context, () =>
        (reply as (...asked: unknown[]) => unknown)(params, context),
      ),
  ]),
) as unknown as Handlers<HostSide>['requests'];
const handlers: Handlers<HostSide> = {
  requests,
  notifications: {
    pageError: told('pageError'),
    painted: told('painted'),
    state: told('state'),
    earlyTaken: told('earlyTaken'),
    readAgain: told('readAgain'),
    beyond: told('beyond'),
    showLog: told('showLog'),
  },
};

const endpoint = new Endpoint<HostSide, PageSide>(
  {
    // As VS Code does it: plain data, copied, in a later turn.
    post: (message) => {
      const copy = structuredClone(message);
      setTimeout(() => window.postMessage(copy), 0);
    },
    listen: (listener) => {
      receive = listener;
      return () => {
        receive = undefined;
      };
    },
  },
  handlers,
);

globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => {
    const copy = structuredClone(message);
    setTimeout(() => receive?.(copy), 0);
  },
  getState: () => host.state,
  setState: (state) => {
    host.state = structuredClone(state);
  },
});
