import type { TriageAction } from '../../explainers/protocol/messages.ts';
import { own, setOwn } from '../../explainers/tables.ts';
import { type Host, reportOf } from '../host.ts';
import { withDrawing } from './changes.ts';
import type { Controller } from './controller.ts';
import { HostActions } from './hostActions.ts';
import { LayoutActions } from './layoutActions.ts';
import { MethodActions } from './methodActions.ts';
import { ASSESSED } from './plan/assessed.ts';
import type { Replies } from './replies.ts';
import { Scene } from './scene.ts';
import { type Navigation, OWN_BOX, type RegionWish } from './state.ts';
import type { Store } from './store.ts';
import type { AgreementLayout, Measure, Ui } from './ui.ts';
import { VersionActions } from './versionActions.ts';

/** Everything that a user can do. Views call these, and so do keys and VS Code's commands. */
export class Actions {
  readonly #store: Store;
  readonly #replies: Replies;
  readonly #controller: Controller;
  readonly methods: MethodActions;
  readonly layouts: LayoutActions;
  readonly host: HostActions;
  readonly versions: VersionActions;

  constructor(store: Store, replies: Replies, host: Host, controller: Controller) {
    this.#store = store;
    this.#replies = replies;
    this.#controller = controller;
    this.methods = new MethodActions(store, replies);
    this.layouts = new LayoutActions(store, replies);
    this.host = new HostActions(store, host);
    this.versions = new VersionActions(store, this.host);
  }

  get #scene(): Scene {
    return new Scene(this.#store.state, this.#replies);
  }

  /** @param drawn whether there is one now, if nobody has chosen yet */
  toggleOutline(drawn: boolean): void {
    this.adjust({ outline: !(this.#store.state.ui.outline ?? drawn) });
  }

  adjust(change: Partial<Ui>): void {
    this.#store.adjust(change);
  }

  /** Another image of the set; beyond its ends, the host may know one. */
  step(by: number): void {
    const { images, current } = this.#store.state.navigation;
    const next = Math.min(images.length - 1, Math.max(0, current + by));
    if (next !== current) this.#store.navigate({ current: next });
    else this.host.beyond(by);
  }

  /** A key of the label findings. */
  triage(action: TriageAction): void {
    const { image, state } = this.#scene;
    const found = state.resource.contents?.findings.some((finding) => finding.image === image);
    if (found || action === 'takeBack') void this.host.triage(action);
  }

  /** Explains this class in every image of the set; null: each image's best. */
  chooseClass(chosen: Navigation['chosen']): void {
    const { against } = this.#store.state.navigation;
    // No class is compared with itself.
    this.#store.navigate({ chosen, ...(against === chosen && { against: null }) });
    this.methods.forgiveShown();
  }

  /** Explains why the class and not this one, or not the others; null, or the same again: the class alone. */
  compareWith(against: Navigation['against']): void {
    const { navigation } = this.#store.state;
    const { index } = this.#scene;
    if (against !== null && against === index) return;
    // The class stays the same on every image, so that the question does.
    const chosen = navigation.chosen ?? index;
    this.#store.navigate({ against: navigation.against === against ? null : against, chosen });
    this.methods.forgiveShown();
  }

  /** Takes another region away, or in another way. */
  takeAwayRegion(change: Partial<RegionWish>): void {
    const usual: RegionWish = { source: null, box: null, hide: 'blur', alone: false };
    this.#store.wish({ region: { ...usual, ...this.#store.state.wishes.region, ...change } });
  }

  /** Has a box drawn over the picture, which is taken away while it moves. */
  drawRegion(): void {
    const { state, image } = this.#scene;
    if (image === undefined || state.resource.drawing) return;
    const drawing = { id: OWN_BOX, image, label: 'the region', box: state.wishes.region?.box ?? null };
    this.#store.update((before) => withDrawing(before, drawing));
  }

  /** Tries other values of a further input; a second call ends that. */
  vary(name: string): void {
    const { vary = [] } = this.#store.state.wishes;
    this.#store.wish({ vary: vary.includes(name) ? vary.filter((each) => each !== name) : [...vary, name] });
  }

  /** Another value of a further input for this image; null: the image's own. */
  setInput(name: string, text: string | null): void {
    const { ui, navigation } = this.#store.state;
    const image = this.#scene.image;
    if (image === undefined) return;
    const model = navigation.model ?? '';
    const others = own(ui.inputs, model) ?? {};
    const given: Record<string, string> = { ...own(others, image) };
    if (text === null) delete given[name];
    else setOwn(given, name, text);
    this.#store.adjust({ inputs: { ...ui.inputs, [model]: { ...others, [image]: given } } });
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
    if (!active.some(({ id }) => id === method)) this.methods.toggle(method);
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

  /** Measures all maps shown. */
  assessShown(): void {
    for (const { id } of this.#scene.active) this.assess(id);
  }

  toggleClassOrder(): void {
    this.#store.adjust({ order: this.#store.state.ui.order === 'score' ? 'model' : 'score' });
  }

  toggleClassNumbers(): void {
    this.#store.adjust({ classNumbers: !this.#store.state.ui.classNumbers });
  }

  /** Starts comparing the maps shown with each other. */
  compareMethods(): void {
    this.#unfold('comparison');
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
    this.#store.useModel(model);
  }

  /** Starts a fresh explainer process and everything that had failed. */
  async restart(): Promise<void> {
    await this.host.restartExplainer();
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
}
