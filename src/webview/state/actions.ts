import type { AnyParameters } from '../../explainers/contracts/parameters.ts';
import type { Finding, MethodInfo, PresetInfo, Verdict } from '../../explainers/contracts/results.ts';
import type { HostRequests } from '../../explainers/protocol/messages.ts';
import { own } from '../../explainers/tables.ts';
import { type Host, reportOf } from '../host.ts';
import type { Controller } from './controller.ts';
import { ASSESSED } from './planAsked.ts';
import type { Replies } from './replies.ts';
import { Scene } from './scene.ts';
import {
  type AgreementLayout,
  type Measure,
  type Navigation,
  type Store,
  type SuperpixelView,
  type Ui,
  USUAL_METHODS,
  USUAL_VIEW,
} from './state.ts';

/** Everything that a user can do. Views call these, and so do keys and VS Code's commands. */
export class Actions {
  readonly #store: Store;
  readonly #replies: Replies;
  readonly #host: Host;
  readonly #controller: Controller;

  constructor(store: Store, replies: Replies, host: Host, controller: Controller) {
    this.#store = store;
    this.#replies = replies;
    this.#host = host;
    this.#controller = controller;
  }

  get #scene(): Scene {
    return new Scene(this.#store.state, this.#replies);
  }

  adjust(change: Partial<Ui>): void {
    this.#store.adjust(change);
  }

  /** Another image of the set; stays within its ends. */
  step(by: number): void {
    const { images, current } = this.#store.state.navigation;
    const next = Math.min(images.length - 1, Math.max(0, current + by));
    if (next !== current) this.#store.navigate({ current: next });
  }

  /** Explains this class in every image of the set; null: each image's best. */
  chooseClass(chosen: Navigation['chosen']): void {
    this.#store.navigate({ chosen });
    this.#forgiveShown();
  }

  toggleMethod(id: string): void {
    const on = this.#scene.active.map((method) => method.id);
    const methods = on.includes(id) ? on.filter((each) => each !== id) : [...on, id];
    this.#store.adjust({ methods, solo: null, overlay: true });
    this.#forgiveShown();
  }

  /** Shows only this method's heatmap; a second call shows all that are on. */
  soloMethod(id: string): void {
    const { state } = this.#store;
    const on = state.ui.methods ?? state.resource.contents?.settings.methods ?? [];
    const methods = on.includes(id) ? on : [...on, id];
    this.#store.adjust({ methods, solo: state.ui.solo === id ? null : id, overlay: true });
  }

  /** The parameters of a method that differ from its defaults, for the current model. */
  setParameters(method: string, changed: AnyParameters): void {
    this.#setParameters({ [method]: changed });
  }

  /** Gives the methods of a preset its parameters, and leaves the others alone. */
  applyPreset({ id, methods }: PresetInfo): void {
    const { state, description } = this.#scene;
    const { ui, navigation } = state;
    const changed = (description?.methods ?? []).flatMap((info) => {
      const wanted = own(methods, info.id);
      return wanted ? [[info.id, differing(info, wanted)] as const] : [];
    });
    this.#store.adjust({ presets: { ...ui.presets, [navigation.model ?? '']: id } });
    this.#setParameters(Object.fromEntries(changed));
  }

  /** Resets every method of this model to its defaults. */
  resetAllParameters(): void {
    const { parameters, presets } = this.#store.state.ui;
    const model = this.#store.state.navigation.model ?? '';
    this.#store.adjust({ parameters: { ...parameters, [model]: {} }, presets: { ...presets, [model]: '' } });
  }

  #setParameters(changed: Readonly<Record<string, AnyParameters>>): void {
    const { ui, navigation } = this.#store.state;
    const model = navigation.model ?? '';
    this.#store.adjust({ parameters: { ...ui.parameters, [model]: { ...own(ui.parameters, model), ...changed } } });
    this.#forgiveShown();
  }

  /** Pins a method to the top of the list, or unpins it. */
  toggleFavourite(id: string): void {
    const now = this.#store.state.ui.favourites ?? USUAL_METHODS;
    const favourites = now.includes(id) ? now.filter((each) => each !== id) : [...now, id];
    this.#store.adjust({ favourites });
  }

  /** Expands the list of methods, even if its section is collapsed. */
  showAllMethods(): void {
    const { collapsed } = this.#store.state.ui;
    this.#store.adjust({ allMethods: true, collapsed: collapsed.filter((each) => each !== 'methods') });
  }

  showSuperpixels(method: string, change: Partial<SuperpixelView>): void {
    const { superpixels } = this.#store.state.ui;
    const view = { ...(own(superpixels, method) ?? USUAL_VIEW), ...change };
    this.#store.adjust({ superpixels: { ...superpixels, [method]: view } });
  }

  openMethodPage(method: string): void {
    void this.#ask('openMethodPage', { method });
  }

  /** Compares maps with annotations in another way; who moves the threshold wants to see the mask. */
  measure(change: Partial<Measure>): void {
    const { measure, outline } = this.#store.state.ui;
    const shown = change.threshold === undefined ? outline : true;
    this.#store.adjust({ measure: { ...measure, ...change }, outline: shown });
  }

  layOutAgreement(change: Partial<AgreementLayout>): void {
    this.#store.adjust({ agreement: { ...this.#store.state.ui.agreement, ...change } });
  }

  /** By this metric: best first, then best last, then in the order of the methods. */
  sortAgreement(metric: string): void {
    const { sort } = this.#store.state.ui.agreement;
    const next = sort?.metric !== metric ? 'first' : sort.best === 'first' ? 'last' : null;
    this.layOutAgreement({ sort: next && { metric, best: next } });
  }

  /** Whether the text is on the clipboard; a failure is reported. */
  async copy(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (thrown) {
      const notice = 'The text could not be copied: VS Code gave no access to the clipboard.';
      this.#store.receive({
        notice: { id: 'actionFailed', tone: 'error', text: notice, next: reportOf(thrown).message },
      });
      return false;
    }
  }

  /** Measures how faithful the method's map of the class is, and shows the section with the result. */
  assess(method: string): void {
    const { state, keys, index, active } = this.#scene;
    if (index === null) return;
    if (!active.some(({ id }) => id === method)) this.toggleMethod(method);
    const explain = keys.explain(method, index);
    for (const [part] of ASSESSED.entries()) this.#replies.forgive(keys.assess(explain, part));
    this.#unfold('faithfulness');
    this.#store.wish({ assess: [...state.wishes.assess.filter((each) => each !== explain), explain] });
  }

  /** Stops measuring a method's map; the results so far stay. */
  stopAssessing(method: string): void {
    const { state, keys, index } = this.#scene;
    if (index === null) return;
    const explain = keys.explain(method, index);
    this.#store.wish({ assess: state.wishes.assess.filter((each) => each !== explain) });
  }

  /** Starts comparing the maps shown with each other. */
  compareMethods(): void {
    this.#store.wish({ compare: true });
  }

  #unfold(section: string): void {
    const { collapsed } = this.#store.state.ui;
    if (collapsed.includes(section)) this.toggleSection(section);
  }

  chooseColorMap(kind: 'signed' | 'unsigned', id: string): void {
    this.#store.adjust({ colorMaps: { ...this.#store.state.ui.colorMaps, [kind]: id } });
  }

  toggleOverlay(): void {
    this.#store.adjust({ overlay: !this.#store.state.ui.overlay });
  }

  toggleAnnotations(): void {
    this.#store.adjust({ annotations: !this.#store.state.ui.annotations });
  }

  toggleSection(id: string): void {
    const { collapsed } = this.#store.state.ui;
    this.#store.adjust({
      collapsed: collapsed.includes(id) ? collapsed.filter((each) => each !== id) : [...collapsed, id],
    });
  }

  setModel(model: string): void {
    if (model !== this.#store.state.navigation.model) this.#store.navigate({ model, chosen: null });
  }

  async chooseModel(): Promise<void> {
    const chosen = await this.#ask('chooseModel', {});
    if (chosen) this.setModel(chosen.model);
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
    if (written) this.setModel(written.path);
  }

  /** A person's verdict on a finding: the host writes it and sends the findings again. */
  async review(finding: Finding, verdict: Verdict['verdict'], note: string): Promise<void> {
    await this.#ask('review', { finding, verdict, note });
  }

  showLog(): void {
    this.#host.notify('showLog', {});
  }

  openFile(path: string, line?: number): void {
    void this.#ask('openFile', line === undefined ? { path } : { path, line });
  }

  /** Starts a fresh explainer process and everything that had failed. */
  async restart(): Promise<void> {
    await this.#ask('restartExplainer', {});
    this.#controller.retry();
  }

  /** Reads every file again, and retries everything that had failed. */
  readAgain(): void {
    this.#controller.readAgain();
  }

  retry(key?: string): void {
    this.#controller.retry(key);
  }

  stop(key: string): void {
    this.#controller.stop(key);
  }

  /** Ends a map that is being refined, and keeps the map so far. */
  keep(key: string): void {
    this.#controller.keep(key);
  }

  /** Computes a map that was stopped early again, to its end. */
  finish(key: string): void {
    this.#replies.forget('explain', key);
    this.#store.touch();
  }

  dismissNotice(): void {
    this.#store.receive({ notice: null });
  }

  /** Requests that were stopped or failed run again when the user asks for them again. */
  #forgiveShown(): void {
    const { state, keys, index } = this.#scene;
    if (index === null) return;
    for (const method of state.ui.methods ?? []) this.#replies.forgive(keys.explain(method, index));
    this.#store.touch();
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

/** The parameters that differ from the method's defaults. */
function differing({ parameters, defaults }: MethodInfo, wanted: AnyParameters): AnyParameters {
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => Object.hasOwn(parameters, name) && value !== own(defaults, name)),
  );
}
