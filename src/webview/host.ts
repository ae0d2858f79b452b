import { type ErrorReport, errorReport } from '../explainers/errors.ts';
import { Endpoint, type Handlers, type Port, type RequestOptions, type Side } from '../explainers/protocol/endpoint.ts';
import type {
  HostNotifications,
  HostRequests,
  HostSide,
  PageSide,
  ViewNotifications,
} from '../explainers/protocol/messages.ts';
import { requestKey } from '../explainers/protocol/requestKey.ts';
import type { AskedBy } from '../explainers/protocol/requests.ts';
import { replayEarlyMessages } from './earlyMessages.ts';
import { EarlyReplies } from './earlyReplies.ts';

/** The page's only connection to the outside world: VS Code here, a script or a plain browser in tests. */
export interface Host {
  request<K extends keyof HostRequests>(
    method: K,
    params: Parameters<HostRequests[K]>[0],
    options?: RequestOptions,
  ): Promise<Awaited<ReturnType<HostRequests[K]>>>;
  notify<K extends keyof HostNotifications>(method: K, value: HostNotifications[K]): void;
  /** Early replies are not used any more. */
  forgetEarly(): void;
  /** The last value given to `setState`, also after a reload of the window. */
  getState(): unknown;
  setState(state: unknown): void;
}

type Handled = Exclude<keyof ViewNotifications, 'early'>;
export type ViewHandlers = { readonly [K in Handled]: (value: ViewNotifications[K]) => void };

/** After these, earlier replies may no longer be valid. */
const OUTDATING = ['modelChanged', 'imageChanged', 'annotationsChanged', 'show'] as const satisfies readonly Handled[];

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  /** VS Code gives this to a webview, once. */
  function acquireVsCodeApi(): VsCodeApi;
}

/** Connects the page to VS Code. */
export function connectHost(handlers: ViewHandlers): Host {
  const api = acquireVsCodeApi();
  const early = new EarlyReplies();
  const outdating = Object.fromEntries(
    OUTDATING.map((name) => [
      name,
      (value: never) => {
        early.clear();
        handlers[name](value);
      },
    ]),
  ) as Pick<ViewHandlers, (typeof OUTDATING)[number]>;
  const endpoint = new Endpoint<PageSide, HostSide>(portOf(api), {
    requests: {},
    notifications: { ...handlers, ...outdating, early: ({ key, reply }) => early.arrived(key, reply) },
  } satisfies Handlers<PageSide>);
  return {
    // The endpoint derives the same types from HostSide, but TypeScript cannot see that for a generic K.
    request: async (method, params, options) => {
      const key = requestKey(method, params);
      const arrived = early.take(key);
      if (arrived) endpoint.notify('earlyTaken', { method: method as AskedBy<'page'>, key });
      const { reply } = arrived ?? (await early.orSooner(key, endpoint.request(method, params as never, options)));
      return reply as never;
    },
    notify: (method, value) => endpoint.notify(method, value),
    forgetEarly: () => {
      early.clear();
      endpoint.notify('readAgain', {});
    },
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}

/** Connects a page that is no panel to VS Code. */
export function connectPage<Page extends Side, Host extends Side>(handlers: Handlers<Page>): Endpoint<Page, Host> {
  return new Endpoint<Page, Host>(portOf(acquireVsCodeApi()), handlers);
}

const portOf = (api: VsCodeApi): Port => ({
  post: (message) => api.postMessage(message),
  listen: (receive) => {
    const listener = (event: MessageEvent) => receive(event.data);
    window.addEventListener('message', listener);
    replayEarlyMessages(receive);
    return () => window.removeEventListener('message', listener);
  },
});

/** Anything that a request rejected with, as the report it carries. */
export function reportOf(thrown: unknown): ErrorReport {
  if (typeof thrown === 'object' && thrown !== null && 'kind' in thrown && 'message' in thrown) {
    const { kind, message, subject, next } = thrown as ErrorReport;
    return { kind, message, subject, next };
  }
  return errorReport(thrown);
}
