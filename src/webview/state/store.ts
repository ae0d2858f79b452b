import { withoutOldNotice } from './changes.ts';
import type { Navigation, Resource, State, Wishes } from './state.ts';
import type { Ui } from './ui.ts';

/** Holds the state and notifies listeners when it changes. */
export class Store {
  #state: State;
  readonly #listeners = new Set<() => void>();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  update(change: (state: State) => State): void {
    const next = change(this.#state);
    if (next === this.#state) return;
    this.#state = next;
    this.touch();
  }

  navigate(change: Partial<Navigation>): void {
    this.update((state) => withoutOldNotice({ ...state, navigation: { ...state.navigation, ...change } }));
  }

  /** Shows the images with another model, and each image's best class. */
  useModel(model: string): void {
    const { navigation } = this.#state;
    if (model !== navigation.model) this.navigate({ model, chosen: null, against: null, columns: null, other: null });
  }

  adjust(change: Partial<Ui>): void {
    this.update((state) => ({ ...state, ui: { ...state.ui, ...change } }));
  }

  wish(change: Partial<Wishes>): void {
    this.update((state) => ({ ...state, wishes: { ...state.wishes, ...change } }));
  }

  receive(change: Partial<Resource>): void {
    this.update((state) => ({ ...state, resource: { ...state.resource, ...change } }));
  }

  /** Something outside the state that views depend on has changed: a reply has arrived. */
  touch(): void {
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
