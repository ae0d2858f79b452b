export interface Arrived {
  readonly reply: unknown;
}

/** Replies to requests that the page has not sent, or that were on the way when the reply left; by `requestKey`. */
export class EarlyReplies {
  readonly #arrived = new Map<string, Arrived>();
  readonly #waiting = new Map<string, (arrived: Arrived) => void>();

  arrived(key: string, reply: unknown): void {
    const waiting = this.#waiting.get(key);
    if (waiting) waiting({ reply });
    else this.#arrived.set(key, { reply });
  }

  /** Each is used once, because a second request means that the first reply is no longer valid. */
  take(key: string): Arrived | undefined {
    const arrived = this.#arrived.get(key);
    this.#arrived.delete(key);
    return arrived;
  }

  /** The reply to a request that was sent, or the early one if that comes first. */
  async orSooner(key: string, reply: Promise<unknown>): Promise<Arrived> {
    const sooner = new Promise<Arrived>((resolve) => this.#waiting.set(key, resolve));
    try {
      return await Promise.race([reply.then((each) => ({ reply: each })), sooner]);
    } finally {
      this.#waiting.delete(key);
    }
  }

  clear(): void {
    this.#arrived.clear();
    this.#waiting.clear();
  }
}
