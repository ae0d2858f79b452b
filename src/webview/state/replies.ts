import type { Agreement, DisplayImage, Heatmap, Progress } from '../../explainers/contracts/results.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import { factsOf, type KeptRequest, REQUEST_NAMES, type ReplyOf } from '../../explainers/protocol/requests.ts';

/** The state of a request. `waiting` with a null progress: nothing heard yet. */
export type Loaded<T> =
  | { readonly status: 'idle' }
  | {
      readonly status: 'waiting';
      readonly progress: Progress | null;
      readonly since: number;
      /** The result so far of a request that refines it. */
      readonly partial?: T;
    }
  | { readonly status: 'done'; readonly value: T }
  /** It was there, and is released while the page is hidden. */
  | { readonly status: 'away' }
  | { readonly status: 'failed'; readonly error: ErrorReport };

/** An image that the browser has decoded. */
export interface Picture {
  readonly info: DisplayImage;
  readonly bitmap: ImageBitmap;
}

/** One class's heatmap and how it agrees with that class's annotation. */
export interface ExplainedClass {
  readonly map: Heatmap;
  readonly agreement: readonly Agreement[];
}

/** The part of a reply that the page keeps, if not all of it. */
interface MadeOf {
  display: Picture;
  explain: ExplainedClass;
}

export type ReplyTypes = { [K in KeptRequest]: K extends keyof MadeOf ? MadeOf[K] : ReplyOf<K> };
type Kinds = { readonly [K in KeptRequest]: Map<string, Loaded<ReplyTypes[K]>> };

const IDLE = { status: 'idle' } as const;

/** How many finished replies of a kind are kept; the least recently used one is dropped first. */
const LIMITS = new Map(
  REQUEST_NAMES.flatMap((name) => {
    const { keep } = factsOf(name);
    return keep ? [[name, keep] as const] : [];
  }),
);

/** Every reply by its key, the latest used last, so that going back to something seen before is instant. */
export class Replies {
  readonly #kinds = Object.fromEntries([...LIMITS.keys()].map((kind) => [kind, new Map()])) as unknown as Kinds;

  get<K extends KeptRequest>(kind: K, key: string): Loaded<ReplyTypes[K]> {
    const replies = this.#kinds[kind];
    const reply = replies.get(key);
    if (!reply) return IDLE;
    replies.delete(key);
    replies.set(key, reply);
    return reply;
  }

  /** The value, or null while there is none. */
  value<K extends KeptRequest>(kind: K, key: string): ReplyTypes[K] | null {
    const reply = this.get(kind, key);
    return reply.status === 'done' ? reply.value : null;
  }

  set<K extends KeptRequest>(kind: K, key: string, reply: Loaded<ReplyTypes[K]>): void {
    const replies = this.#kinds[kind];
    replies.delete(key);
    if (reply.status === 'idle') return;
    replies.set(key, reply);
    for (const [oldest, { status }] of replies) {
      if (replies.size <= LIMITS.get(kind)!) break;
      if (status !== 'waiting') replies.delete(oldest);
    }
  }

  forget(kind: KeptRequest, key: string): void {
    this.#kinds[kind].delete(key);
  }

  /**
   * Releases maps and pictures, which can be requested again. A map that was stopped early cannot, so it stays.
   * @param lasting the keys of others that cannot
   */
  putAway(lasting: (key: string) => boolean = () => false): void {
    for (const [key, { status }] of this.#kinds.display)
      if (status === 'done') this.#kinds.display.set(key, { status: 'away' });
    for (const [key, reply] of this.#kinds.explain) {
      if (reply.status === 'done' && reply.value.map.stoppedAt === undefined && !lasting(key))
        this.#kinds.explain.set(key, { status: 'away' });
    }
  }

  /** Released replies are requested again when they are needed. */
  bringBack(): void {
    for (const replies of [this.#kinds.display, this.#kinds.explain])
      for (const [key, { status }] of replies) if (status === 'away') replies.delete(key);
  }

  /** How many maps and pictures are held. */
  get held(): number {
    const { display, explain } = this.#kinds;
    const holds = [...display.values(), ...explain.values()].filter(
      (reply) => reply.status === 'done' || (reply.status === 'waiting' && reply.partial !== undefined),
    );
    return holds.length;
  }

  /** Forgets failures, all or those of one key, so that they are retried. */
  forgive(key?: string): void {
    for (const replies of Object.values(this.#kinds)) {
      for (const [each, { status }] of replies) {
        if (status === 'failed' && (key === undefined || key === each)) replies.delete(each);
      }
    }
  }
}
