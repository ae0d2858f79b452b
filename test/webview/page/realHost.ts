import type { Page } from 'playwright-core';
import { answersOf } from '../../../src/explainers/process/answers.ts';
import { Endpoint, type Handlers } from '../../../src/explainers/protocol/endpoint.ts';
import type { HostSide, PageSide, PanelContents } from '../../../src/explainers/protocol/messages.ts';
import { type AskedBy, askedBy } from '../../../src/explainers/protocol/requests.ts';
import type { Session } from '../../../src/explainers/session.ts';
import { decode, encode } from './wire.ts';

/** Answers a page with the real core, as the extension would; `painted` collects what the page reports. */
export function answerPage(session: Session, contents: PanelContents) {
  const told: { readonly what: string; readonly at: number }[] = [];
  const none = () => null;
  const answers = answersOf(session);
  const passedOn = Object.fromEntries(askedBy('page').map((method) => [method, answers[method]])) as unknown as Pick<
    typeof answers,
    AskedBy<'page'>
  >;
  const handlers: Handlers<HostSide> = {
    requests: {
      ...passedOn,
      ready: () => ({ ...contents, catalogue: session.catalogue() }),
      chooseModel: none,
      chooseOther: none,
      writeCard: async (request) => ({ path: (await session.inferredCard(request)).path }),
      openFile: none,
      openMethodPage: none,
      restartExplainer: none,
      grantTrust: () => ({ trusted: true }),
      saveFile: ({ name }) => ({ path: name }),
      copyText: none,
      copyCommand: none,
      mayLeave: () => true,
      triage: () => null,
      fixLabel: () => null,
      drawn: () => null,
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
      beyond: none,
      showLog: none,
      earlyTaken: none,
      readAgain: none,
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
