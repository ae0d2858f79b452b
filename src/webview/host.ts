import { type ErrorReport, errorReport } from '../explainers/errors.ts';
import { Endpoint, type Handlers, type Port, type RequestOptions } from '../explainers/protocol/endpoint.ts';
import type {
  HostNotifications,
  HostRequests,
  HostSide,
  PageSide,
  ViewNotifications,
} from '../explainers/protocol/messages.ts';

/** The page's only connection to the outside world: VS Code here, a script or a plain browser in tests. */
export interface Host {
  request<K extends keyof HostRequests>(
    method: K,
    params: Parameters<HostRequests[K]>[0],
    options?: RequestOptions,
  ): Promise<Awaited<ReturnType<HostRequests[K]>>>;
  notify<K extends keyof HostNotifications>(method: K, value: HostNotifications[K]): void;
  /** The last value given to `setState`, also after a reload of the window. */
  getState(): unknown;
  setState(state: unknown): void;
}

export type ViewHandlers = { readonly [K in keyof ViewNotifications]: (value: ViewNotifications[K]) => void };

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
  const port: Port = {
    post: (message) => api.postMessage(message),
    listen: (receive) => {
      const listener = (event: MessageEvent) => receive(event.data);
      window.addEventListener('message', listener);
      return () => window.removeEventListener('message', listener);
    },
  };
  const endpoint = new Endpoint<PageSide, HostSide>(port, {
    requests: {},
    notifications: handlers,
  } satisfies Handlers<PageSide>);
  return {
    // The endpoint derives the same types from HostSide, but TypeScript cannot see that for a generic K.
    request: (method, params, options) => endpoint.request(method, params as never, options) as never,
    notify: (method, value) => endpoint.notify(method, value),
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}

/** Anything that a request rejected with, as the report it carries. */
export function reportOf(thrown: unknown): ErrorReport {
  if (typeof thrown === 'object' && thrown !== null && 'kind' in thrown && 'message' in thrown) {
    const { kind, message, subject, next } = thrown as ErrorReport;
    return { kind, message, subject, next };
  }
  return errorReport(thrown);
}
