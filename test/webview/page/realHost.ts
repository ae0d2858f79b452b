import type { Page } from 'playwright-core';
import { Endpoint, type Handlers } from '../../../src/explainers/protocol/endpoint.ts';
import type { HostSide, PageSide, PanelContents } from '../../../src/explainers/protocol/messages.ts';
import type { Session } from '../../../src/explainers/session.ts';
import { decode, encode } from './wire.ts';

/** Answers a page with the real core, as the extension would; `painted` collects what the page reports. */
export function answerPage(session: Session, contents: PanelContents) {
  const told: { readonly what: string; readonly at: number }[] = [];
  const none = () => null;
  const handlers: Handlers<HostSide> = {
    requests: {
      ready: () => contents,
      describe: (request, { signal, progress }) => session.describe(request, { signal, onProgress: progress }),
      display: (request, { signal }) => session.display(request, { signal }),
      predict: (request, { signal, progress }) => session.predict(request, { signal, onProgress: progress }),
      annotations: (request, { signal }) => session.annotations(request, { signal }),
      explain: (request, { signal, stop, progress }) =>
        session.explain(request, { signal, stop, onProgress: progress }),
      agreement: (request, { signal }) => session.agreement(request, { signal }),
      assess: (request, { signal, progress }) => session.assess(request, { signal, onProgress: progress }),
      compareMethods: (request, { signal }) => session.compareMethods(request, { signal }),
      assessments: () => session.assessments(),
      comparisons: () => session.comparisons(),
      metrics: () => session.metrics(),
      presets: () => session.presets(),
      inferredCard: (request) => session.inferredCard(request),
      chooseModel: none,
      writeCard: async (request) => ({ path: (await session.inferredCard(request)).path }),
      openFile: none,
      openMethodPage: none,
      restartExplainer: none,
      grantTrust: () => ({ trusted: true }),
      review: ({ finding }) => {
        throw new Error(`no finding ${finding.key}`);
      },
    },
    notifications: {
      pageError: ({ message, stack }) => {
        throw new Error(stack ?? message);
      },
      painted: (value) => void told.push(value),
      state: none,
      showLog: none,
    },
  };
  const prepare = async (page: Page) => {
    let receive: ((message: unknown) => void) | undefined;
    new Endpoint<HostSide, PageSide>(
      {
        post: (message) => void page.evaluate((text) => window.fromNode(text), encode(message)).catch(() => {}),
        listen: (listener) => {
          receive = listener;
          return () => {
            receive = undefined;
          };
        },
      },
      handlers,
    );
    await page.exposeFunction('toNode', (text: string) => receive?.(decode(text)));
  };
  return { told, prepare };
}
