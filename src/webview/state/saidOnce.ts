import type { ErrorReport } from '../../explainers/errors.ts';
import { isProcessEnd } from '../../explainers/protocol/processEnd.ts';
import { ASSESSED } from './plan/assessed.ts';
import type { Replies } from './replies.ts';
import type { Keys } from './selection.ts';
import type { Notice } from './state.ts';

/** What is looked at, in the order in which it is shown. */
export interface Places {
  readonly notice: Notice | null;
  readonly replies: Replies;
  readonly keys: Keys;
  /** Keys of the maps of the methods that are on. */
  readonly maps: readonly string[];
}

/** Where an error is said that is not a reply's alone. */
const NOTICE = 'notice';

/**
 * Which failures are said elsewhere already. The end of the explainer process fails everything that was asked of it,
 * for one reason and with one way on: it is said in the notice, and where that was dismissed in the first place that
 * failed.
 */
export class SaidOnce {
  readonly #said = new Map<string, string>();

  constructor({ notice, replies, keys, maps }: Places) {
    if (notice?.id === 'explainerStopped') this.#said.set(textOf({ message: notice.text, next: notice.next }), NOTICE);
    for (const kind of ['display', 'describe', 'predict'] as const) {
      const reply = replies.get(kind, keys[kind]);
      if (reply.status === 'failed') this.#say(reply.error, keys[kind]);
    }
    for (const key of maps) {
      const reply = replies.get('explain', key);
      // Errors of one method that another has too are each method's own.
      if (reply.status === 'failed' && isProcessEnd(reply.error)) this.#say(reply.error, key);
    }
    const assessed = maps.flatMap((key) => ASSESSED.map((_, part) => keys.assess(key, part)));
    for (const key of assessed) {
      const reply = replies.get('assess', key);
      if (reply.status === 'failed' && isProcessEnd(reply.error)) this.#say(reply.error, key);
    }
  }

  /** The same is said in the notice, or in a place before that of the reply with this key. */
  before(error: ErrorReport, key: string): boolean {
    const place = this.#said.get(textOf(error));
    return place !== undefined && place !== key;
  }

  #say(error: ErrorReport, key: string): void {
    const text = textOf(error);
    if (!this.#said.has(text)) this.#said.set(text, key);
  }
}

function textOf({ message, next }: Pick<ErrorReport, 'message' | 'next'>): string {
  return JSON.stringify([message, next ?? null]);
}
