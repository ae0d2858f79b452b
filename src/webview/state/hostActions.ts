import type { FixBox, LabelChange } from '../../explainers/contracts/labels/fix.ts';
import type { Finding, Verdict } from '../../explainers/contracts/results.ts';
import type { HostRequests, TriageAction } from '../../explainers/protocol/messages.ts';
import { type Host, reportOf } from '../host.ts';
import { OWN_BOX } from './state.ts';
import type { Store } from './store.ts';

/** What a user can do that VS Code carries out for the page. */
export class HostActions {
  readonly #store: Store;
  readonly #host: Host;

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
  }

  /** The user steps over an end of the set. */
  beyond(by: number): void {
    this.#host.notify('beyond', { by });
  }

  openMethodPage(method: string): void {
    void this.#ask('openMethodPage', { method });
  }

  async chooseModel(): Promise<void> {
    const chosen = await this.#ask('chooseModel', {});
    if (chosen) this.#store.useModel(chosen.model);
  }

  /** A model to compare with; null: the user has changed their mind. */
  async chooseOther(): Promise<string | null> {
    return (await this.#ask('chooseOther', {}))?.model ?? null;
  }

  async grantTrust(): Promise<void> {
    const answer = await this.#ask('grantTrust', {});
    if (answer) this.trust(answer.trusted);
  }

  /** The workspace has become trusted, or no longer is. */
  trust(trusted: boolean): void {
    const { contents } = this.#store.state.resource;
    if (contents) this.#store.receive({ contents: { ...contents, trusted } });
  }

  async writeCard(): Promise<void> {
    const { model } = this.#store.state.navigation;
    if (model === null) return;
    const written = await this.#ask('writeCard', { model });
    if (written) this.#store.useModel(written.path);
  }

  /** A person's verdict on a finding: the host writes it and sends the findings again. */
  async review(finding: Finding, verdict: Verdict['verdict'], note: string): Promise<void> {
    await this.#ask('review', { finding, verdict, note });
  }

  /** A key of the triage: the host writes the verdict and shows the next finding. */
  async triage(action: TriageAction): Promise<void> {
    await this.#ask('triage', { action });
  }

  /** A correction of a finding's label; null: VS Code asks which. */
  async fixLabel(finding: Finding, change: LabelChange | null = null): Promise<void> {
    await this.#ask('fixLabel', { finding, change });
  }

  /** The box that was to be drawn; null: the user has changed their mind. */
  async drawn(box: FixBox | null): Promise<void> {
    const { drawing } = this.#store.state.resource;
    if (!drawing) return;
    this.#store.receive({ drawing: null });
    if (drawing.id === OWN_BOX) return;
    await this.#ask('drawn', { id: drawing.id, box });
  }

  showLog(): void {
    this.#host.notify('showLog', {});
  }

  openFile(path: string, line?: number): void {
    void this.#ask('openFile', line === undefined ? { path } : { path, line });
  }

  /** A fresh explainer process. */
  async restartExplainer(): Promise<void> {
    await this.#ask('restartExplainer', {});
  }

  /** Sends a request to the host; a failure is reported, not thrown, because nothing waits for these. */
  async #ask<K extends keyof HostRequests>(method: K, params: Parameters<HostRequests[K]>[0]) {
    try {
      return await this.#host.request(method, params);
    } catch (thrown) {
      const { kind, message, next } = reportOf(thrown);
      if (kind !== 'cancelled') {
        this.#store.receive({ notice: { id: 'actionFailed', tone: 'error', text: message, next } });
      }
      return null;
    }
  }
}
