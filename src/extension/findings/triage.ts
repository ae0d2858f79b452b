import type { Finding, Verdict } from '../../explainers/contracts/results.ts';
import { say } from '../say.ts';
import { idOf } from './checked.ts';
import type { Findings } from './findings.ts';

/** Where a person judges: it keeps the focus. */
export type Where = 'tree' | 'panel' | 'sheet';

export interface TriageDeps {
  readonly findings: Pick<Findings, 'find' | 'review'>;
  /** The findings as they are listed. */
  readonly order: () => readonly Finding[];
  /** Shows a finding in the panel and in the tree. */
  readonly show: (finding: Finding, where: Where) => void;
}

interface Judged {
  readonly finding: Pick<Finding, 'file' | 'key'>;
  readonly before: Verdict | null;
}

/**
 * Judging one finding after the other: a verdict goes to the next one that is open, and can be taken back. Keys come
 * faster than verdicts are written, so each waits for the one before it.
 */
export class Triage {
  readonly #deps: TriageDeps;
  readonly #done: (readonly Judged[])[] = [];
  #current: Pick<Finding, 'file' | 'key'> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: TriageDeps) {
    this.#deps = deps;
  }

  /** The finding that was shown last. */
  get current(): Finding | undefined {
    return this.#current ? this.#deps.findings.find(this.#current) : undefined;
  }

  /** A person looks at this finding. */
  at(finding: Finding): void {
    this.#current = finding;
  }

  /** Gives a verdict on these, or on the current one, and shows the next that is open. */
  judge(chosen: readonly Finding[], verdict: Verdict['verdict'], where: Where): Promise<void> {
    return this.#next(async () => {
      const targets = chosen.length > 0 ? chosen : [this.current].filter((each) => each !== undefined);
      if (targets.length === 0) return this.#step(1, where);
      const order = this.#deps.order();
      await this.#give(targets.map((finding) => ({ finding, verdict, note: finding.verdict?.note ?? '' })));
      const next = nextOpen(order, targets, (each) => this.#deps.findings.find(each));
      if (next) this.#show(next, where);
      else void say.information('Every finding that is listed has a verdict.');
    });
  }

  /** Takes the last verdicts back, and shows their finding again. */
  takeBack(where: Where): Promise<void> {
    return this.#next(async () => {
      const last = this.#done.pop();
      const found = (last ?? []).flatMap(({ finding, before }) => {
        const now = this.#deps.findings.find(finding);
        return now ? [{ finding: now, verdict: before?.verdict ?? ('open' as const), note: before?.note ?? '' }] : [];
      });
      if (found.length === 0) return;
      await this.#give(found, false);
      this.#show(found[0]!.finding, where);
    });
  }

  /** The next or the previous finding in the list, judged or not. */
  step(by: 1 | -1, where: Where): Promise<void> {
    return this.#next(async () => this.#step(by, where));
  }

  #step(by: 1 | -1, where: Where): void {
    const order = this.#deps.order();
    const { current } = this;
    const at = current ? order.findIndex((each) => idOf(each) === idOf(current)) : -1;
    const next = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))];
    if (next) this.#show(next, where);
  }

  async #give(
    verdicts: readonly { readonly finding: Finding; readonly verdict: Verdict['verdict']; readonly note: string }[],
    remember = true,
  ): Promise<void> {
    const done: Judged[] = [];
    try {
      for (const { finding, verdict, note } of verdicts) {
        await this.#deps.findings.review(finding, verdict, note);
        done.push({ finding, before: finding.verdict });
      }
    } finally {
      if (remember && done.length > 0) this.#done.push(done);
    }
  }

  #show(finding: Finding, where: Where): void {
    this.at(finding);
    this.#deps.show(finding, where);
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** The first open one after those that were judged, else the first of all; undefined: none is open. */
export function nextOpen(
  order: readonly Finding[],
  judged: readonly Finding[],
  now: (finding: Finding) => Finding | undefined,
): Finding | undefined {
  const done = new Set(judged.map(idOf));
  const last = order.findLastIndex((each) => done.has(idOf(each)));
  const open = (each: Finding) => !done.has(idOf(each)) && now(each)?.verdict === null;
  return order.slice(last + 1).find(open) ?? order.find(open);
}
