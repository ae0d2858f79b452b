import { INITIAL, type Navigation, type State } from './state.ts';
import { INITIAL_UI, type Ui } from './ui.ts';

/** The part that VS Code stores. The extension host knows the panel by its id and takes no file names from it. */
export interface PersistedState {
  readonly version: 1;
  readonly panel: string | null;
  readonly navigation: Omit<Navigation, 'images'>;
  readonly ui: Ui;
}

/** The initial state: what was persisted, if still valid, and nothing from the host yet. */
export function initialState(persisted: unknown): State {
  if (!isPersisted(persisted)) return INITIAL;
  return {
    resource: INITIAL.resource,
    wishes: INITIAL.wishes,
    navigation: { ...INITIAL.navigation, ...persisted.navigation, images: [] },
    ui: { ...INITIAL_UI, ...persisted.ui },
  };
}

export function persistedState(state: State): PersistedState {
  const { images: _, ...rest } = state.navigation;
  // The versions that a revision refers to end with the session.
  const navigation = { ...rest, other: rest.other?.kind === 'version' ? null : rest.other };
  return { version: 1, panel: state.resource.contents?.panel ?? null, navigation, ui: state.ui };
}

function isPersisted(value: unknown): value is PersistedState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === 1 &&
    'navigation' in value &&
    'ui' in value
  );
}
