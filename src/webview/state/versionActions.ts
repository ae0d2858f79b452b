import { setOwn } from '../../explainers/tables.ts';
import type { HostActions } from './hostActions.ts';
import { versionsOf } from './other.ts';
import type { Store } from './store.ts';
import type { Other } from './version.ts';

/** What a user can do with a second model, or an earlier version of this one. */
export class VersionActions {
  readonly #store: Store;
  readonly #host: HostActions;

  constructor(store: Store, host: HostActions) {
    this.#store = store;
    this.#host = host;
  }

  /** Null: compares with nothing. */
  compareWith(other: Other | null): void {
    this.#store.navigate({ other });
    const { ui } = this.#store.state;
    if (other) this.#store.adjust({ collapsed: ui.collapsed.filter((each) => each !== 'versions') });
  }

  /** Another model file or card, which the user chooses. */
  async compareWithFile(): Promise<void> {
    const chosen = await this.#host.chooseOther();
    if (chosen !== null) this.compareWith({ kind: 'model', path: chosen });
  }

  /** With how the model was before its file was written the last time. */
  compareWithBefore(): void {
    const [last] = versionsOf(this.#store.state);
    if (last) this.compareWith({ kind: 'version', revision: last.revision });
  }

  /** @param name empty: the version goes by its time again */
  name(revision: number, name: string): void {
    const { resource, navigation } = this.#store.state;
    const versions = { ...resource.versions };
    const named = versionsOf(this.#store.state).map((each) =>
      each.revision === revision ? { ...each, name: name.trim() || null } : each,
    );
    setOwn(versions, navigation.model ?? '', named);
    this.#store.receive({ versions });
  }
}
