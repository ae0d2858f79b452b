// The page's knowledge, by owner: `resource` came from the host and is never saved; `navigation` is where the user is;
// `ui` is how they like to see it; `wishes` is what they requested with a button. Navigation and ui are persisted.
// Everything else is derived (derive.ts and the like) and stored nowhere.

import type { Catalogue } from '../../explainers/contracts/catalogue.ts';
import type { AnyParameters } from '../../explainers/contracts/parameters.ts';
import type { EvidenceReading } from '../../explainers/contracts/results.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import type { FindingFocus, PanelContents, ViewNotifications } from '../../explainers/protocol/messages.ts';
import { own } from '../../explainers/tables.ts';

/**
 * The values at the ends of the colour map: each map's own (without the outliers of signed ones), all of its own, all
 * but its highest 1 %, or the same for all maps shown.
 */
export type RangeMode = 'own' | 'full' | 'robust' | 'shared';

/** Weak values let the image show through, or colour it like strong ones. */
export type Weak = 'fade' | 'cover';

/** The map in colours, or the image with only its best superpixels: two views of one explanation. */
export interface SuperpixelView {
  readonly view: 'heatmap' | 'best';
  /** How many superpixels the picture of the best ones shows; null: as many as the method's parameter says. */
  readonly count: number | null;
  /** Draws the borders of the superpixels. */
  readonly outlines: boolean;
}

/** Pinned to the top of the list until the user changes it: one for each kind of method. */
export const USUAL_METHODS: readonly string[] = [
  'gradCam',
  'integratedGradients',
  'lrp',
  'lime',
  'kernelShap',
  'occlusion',
];

export const USUAL_VIEW: SuperpixelView = { view: 'heatmap', count: null, outlines: false };

/** How heatmaps are compared with annotations. */
export interface Measure {
  /** The lower bound of a map's mask, as a share of its range, 0 … 1; null: Otsu's threshold for each map. */
  readonly threshold: number | null;
  readonly evidence: EvidenceReading;
  /** Of the pointing game, in pixels of the image. */
  readonly tolerance: number;
}

export const USUAL_MEASURE: Measure = { threshold: null, evidence: 'positive', tolerance: 0 };

/** The layout of the table of agreement. */
export interface AgreementLayout {
  /** Ids of the visible metrics; null: the default ones. */
  readonly columns: readonly string[] | null;
  /** Every class that is drawn in the image, not only the one being explained. */
  readonly allClasses: boolean;
  readonly sort: { readonly metric: string; readonly best: 'first' | 'last' } | null;
}

/** Annotation files share one revision, because the page does not know which of them mention an image. */
export const ANNOTATION_FILES = 'annotations:';

export interface Notice {
  readonly id: 'modelChanged' | 'imageChanged' | 'annotationsChanged' | 'explainerStopped' | 'actionFailed';
  readonly tone: 'information' | 'error';
  readonly text: string;
  readonly next?: string;
  /** The image or model that it refers to; it disappears when another one is shown. */
  readonly about?: string;
}

export interface Resource {
  /** Null until the host has answered `ready`. */
  readonly contents: PanelContents | null;
  /** Handed over with the answer to `ready`. */
  readonly catalogue: Catalogue;
  /** Why there are no contents. */
  readonly failure: ErrorReport | null;
  readonly notice: Notice | null;
  /** Another editor covers the page. */
  readonly hidden: boolean;
  /** How often each file has changed on disk since the page was loaded; part of every request. */
  readonly revisions: Readonly<Record<string, number>>;
}

export interface Navigation {
  readonly images: readonly string[];
  readonly current: number;
  readonly model: string | null;
  /** The class that the user chose; null: the best one of each image. */
  readonly chosen: number | null;
}

export type ClassOrder = 'score' | 'model';

export interface Ui {
  /** Methods switched on, in the order of switching: later ones are on top. Null: those of the settings. */
  readonly methods: readonly string[] | null;
  /** If set, only this one of them is painted. */
  readonly solo: string | null;
  readonly annotations: boolean;
  /** Hides all heatmaps to show the image alone. */
  readonly overlay: boolean;
  /** 0 … 1; null: as in the settings. */
  readonly opacity: number | null;
  /** Ids of colour maps, or 'auto': for maps with a sign and for those without; null: as in the settings. */
  readonly colorMaps: { readonly signed: string | null; readonly unsigned: string | null };
  readonly range: RangeMode;
  readonly weak: Weak;
  /** Values below this share of the range are not painted. */
  readonly threshold: number;
  /** The user's changes to each method's parameters, by model. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, AnyParameters>>>>;
  /** The last chosen preset, by model. */
  readonly presets: Readonly<Record<string, string>>;
  /** Methods that the user pinned to the top of the list; null: the default ones. */
  readonly favourites: readonly string[] | null;
  /** All methods are listed, not only the favourites and those that are on. */
  readonly allMethods: boolean;
  readonly methodFilter: string;
  /** How the maps of superpixel methods are shown, by method. */
  readonly superpixels: Readonly<Record<string, SuperpixelView>>;
  readonly order: ClassOrder;
  readonly filter: string;
  readonly measure: Measure;
  readonly agreement: AgreementLayout;
  /**
   * Draws the outline of the topmost map's mask; null: only if the class is drawn too and the mask is in few pieces.
   */
  readonly outline: boolean | null;
  /** Width of the side bar in CSS pixels; null: the style sheet decides. */
  readonly sidebar: number | null;
  readonly collapsed: readonly string[];
}

/** Requests made with a button that take long; not persisted, because a reload must not start minutes of work. */
export interface Wishes {
  /** Keys of maps whose faithfulness is to be measured, in the order of the requests. */
  readonly assess: readonly string[];
  /** How similar the maps shown are. */
  readonly compare: boolean;
}

export interface State {
  readonly resource: Resource;
  readonly navigation: Navigation;
  readonly wishes: Wishes;
  readonly ui: Ui;
}

/** The part that VS Code stores. The extension host knows the panel by its id and takes no file names from it. */
export interface PersistedState {
  readonly version: 1;
  readonly panel: string | null;
  readonly navigation: Omit<Navigation, 'images'>;
  readonly ui: Ui;
}

export const INITIAL_UI: Ui = {
  methods: null,
  solo: null,
  annotations: true,
  overlay: true,
  opacity: null,
  colorMaps: { signed: null, unsigned: null },
  range: 'own',
  weak: 'fade',
  threshold: 0,
  parameters: {},
  presets: {},
  favourites: null,
  allMethods: false,
  methodFilter: '',
  superpixels: {},
  order: 'score',
  filter: '',
  measure: USUAL_MEASURE,
  agreement: { columns: null, allClasses: false, sort: null },
  outline: null,
  sidebar: null,
  collapsed: ['faithfulness', 'comparison'],
};

const EMPTY: Catalogue = {
  methods: [],
  presets: [],
  metrics: [],
  assessments: [],
  comparisons: [],
  findingKinds: [],
};

const INITIAL: State = {
  resource: { contents: null, catalogue: EMPTY, failure: null, notice: null, hidden: false, revisions: {} },
  navigation: { images: [], current: 0, model: null, chosen: null },
  wishes: { assess: [], compare: false },
  ui: INITIAL_UI,
};

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
  const { images: _, ...navigation } = state.navigation;
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

/** The host says what to show. The chosen class survives unless the model changed. */
export function withContents(state: State, contents: PanelContents): State {
  const current = Math.min(Math.max(0, contents.current), Math.max(0, contents.images.length - 1));
  const sameModel = contents.model === state.navigation.model;
  const shown = {
    ...state,
    resource: { ...state.resource, contents, failure: null },
    navigation: {
      images: contents.images,
      current,
      model: contents.model,
      chosen: sameModel ? state.navigation.chosen : null,
    },
  };
  return contents.focus ? withFocus(shown, contents.focus) : withoutOldNotice(shown);
}

/** The host's answer to `ready`. */
export function opened(
  state: State,
  { catalogue, ...contents }: PanelContents & { readonly catalogue: Catalogue },
): State {
  return withContents({ ...state, resource: { ...state.resource, catalogue } }, contents);
}

/** Drops a notice about an image or a model that is no longer shown. */
function withoutOldNotice(state: State): State {
  const { images, current, model } = state.navigation;
  const about = state.resource.notice?.about;
  if (about === undefined || about === images[current] || about === model) return state;
  return { ...state, resource: { ...state.resource, notice: null } };
}

/** A finding was clicked: its image and its class are shown. An image outside this panel's set changes nothing. */
export function withFocus(state: State, { image, index }: FindingFocus): State {
  const current = state.navigation.images.indexOf(image);
  return current < 0
    ? state
    : withoutOldNotice({ ...state, navigation: { ...state.navigation, current, chosen: index } });
}

/** The findings of Check Labels in an image; ignored if that image is no longer shown. */
export function withFindings(state: State, { image, findings }: ViewNotifications['findings']): State {
  const { images, current } = state.navigation;
  const { contents } = state.resource;
  if (!contents || images[current] !== image) return state;
  return { ...state, resource: { ...state.resource, contents: { ...contents, findings } } };
}

/** A file changed on disk: everything made from it is requested again. */
export function withRevision(state: State, path: string, notice: Notice | null): State {
  const { resource } = state;
  const revisions = { ...resource.revisions, [path]: (own(resource.revisions, path) ?? 0) + 1 };
  // An earlier notice about the same file is no longer true.
  const before = resource.notice?.about === path ? null : resource.notice;
  return { ...state, resource: { ...resource, revisions, notice: notice ?? before } };
}

/** Relies on nothing that is known about the current image and model: everything is requested again. */
export function withEverythingAgain(state: State): State {
  const { images, current, model } = state.navigation;
  const paths = [images[current], model, ANNOTATION_FILES].filter((path) => typeof path === 'string');
  return paths.reduce((next, path) => withRevision(next, path, null), state);
}

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
