import type { AnyParameters } from '../../explainers/contracts/parameters.ts';
import type { MethodInfo, PresetInfo } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import type { Replies } from './replies.ts';
import { Scene } from './scene.ts';
import type { Store } from './store.ts';
import { type SuperpixelView, USUAL_METHODS, USUAL_VIEW } from './ui.ts';

/** What a user can do with methods: switch them on, change their parameters, pin them. */
export class MethodActions {
  readonly #store: Store;
  readonly #replies: Replies;

  constructor(store: Store, replies: Replies) {
    this.#store = store;
    this.#replies = replies;
  }

  get #scene(): Scene {
    return new Scene(this.#store.state, this.#replies);
  }

  toggle(id: string): void {
    const on = this.#scene.active.map((method) => method.id);
    const methods = on.includes(id) ? on.filter((each) => each !== id) : [...on, id];
    this.#store.adjust({ methods, solo: null, overlay: true });
    this.forgiveShown();
  }

  /** Shows only this method's heatmap; a second call shows all that are on. */
  solo(id: string): void {
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
  resetAll(): void {
    const { parameters, presets } = this.#store.state.ui;
    const model = this.#store.state.navigation.model ?? '';
    this.#store.adjust({ parameters: { ...parameters, [model]: {} }, presets: { ...presets, [model]: '' } });
  }

  #setParameters(changed: Readonly<Record<string, AnyParameters>>): void {
    const { ui, navigation } = this.#store.state;
    const model = navigation.model ?? '';
    this.#store.adjust({ parameters: { ...ui.parameters, [model]: { ...own(ui.parameters, model), ...changed } } });
    this.forgiveShown();
  }

  /** Pins a method to the top of the list, or unpins it. */
  toggleFavourite(id: string): void {
    const now = this.#store.state.ui.favourites ?? USUAL_METHODS;
    const favourites = now.includes(id) ? now.filter((each) => each !== id) : [...now, id];
    this.#store.adjust({ favourites });
  }

  /** Expands the list of methods, even if its section is collapsed. */
  showAll(): void {
    const { collapsed } = this.#store.state.ui;
    this.#store.adjust({ allMethods: true, collapsed: collapsed.filter((each) => each !== 'methods') });
  }

  showSuperpixels(method: string, change: Partial<SuperpixelView>): void {
    const { superpixels } = this.#store.state.ui;
    const view = { ...(own(superpixels, method) ?? USUAL_VIEW), ...change };
    this.#store.adjust({ superpixels: { ...superpixels, [method]: view } });
  }

  /** Requests that were stopped or failed run again when the user asks for them again. */
  forgiveShown(): void {
    const { state, keys, index } = this.#scene;
    if (index === null) return;
    for (const method of state.ui.methods ?? []) this.#replies.forgive(keys.explain(method, index));
    this.#store.touch();
  }
}

/** The parameters that differ from the method's defaults. */
function differing({ parameters, defaults }: MethodInfo, wanted: AnyParameters): AnyParameters {
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => Object.hasOwn(parameters, name) && value !== own(defaults, name)),
  );
}
