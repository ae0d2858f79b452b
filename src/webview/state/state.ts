// What the page knows, by owner: `resource` came from the host and is never saved; `navigation` is where the user is; `ui` is
// how they like to see it; `wishes` is what they asked for by a button. Navigation and ui are persisted. Everything else is
// derived (derive.ts and its like) and stored nowhere.

import type { Catalogue } from '../../explainers/contracts/catalogue.ts';
import type { AnyParameters } from '../../explainers/contracts/parameters.ts';
import type { EvidenceReading } from '../../explainers/contracts/results.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import type { FindingFocus, PanelContents, ViewNotifications } from '../../explainers/protocol/messages.ts';
import { own } from '../../explainers/tables.ts';

/**
 * The values at the ends of the colour map: of each map's own (without the outliers of signed ones), all of its own, all but
 * its highest 1 %, or the same for all maps shown.
 */
export type RangeMode = 'own' | 'full' | 'robust' | 'shared';

/** Weak values let the image through, or colour it like strong ones. */
export type Weak = 'fade' | 'cover';

/** The map in colours, or the image with only its best superpixels: two views of one explanation. */
export interface SuperpixelView {
  readonly view: 'heatmap' | 'best';
  /** How many superpixels the picture of the best ones shows; null: as many as the method says. */
  readonly count: number | null;
  /** Draws where the image was cut. */
  readonly outlines: boolean;
}

/** On top of the list until the user says otherwise: one for each way of asking. */
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
  /** What of a map is its mask: values above this share of its range, 0 … 1; null: Otsu's threshold, each map's own. */
  readonly threshold: number | null;
  readonly evidence: EvidenceReading;
  /** Of the pointing game, in pixels of the image. */
  readonly tolerance: number;
}

export const USUAL_MEASURE: Measure = { threshold: null, evidence: 'positive', tolerance: 0 };

/** How the table of agreement is laid out. */
export interface AgreementLayout {
  /** Ids of the metrics shown; null: the usual ones. */
  readonly columns: readonly string[] | null;
  /** Every class that is drawn in the image, not only the one explained. */
  readonly allClasses: boolean;
  readonly sort: { readonly metric: string; readonly best: 'first' | 'last' } | null;
}

/** Annotation files share one revision: which of them say something of an image is not known here. */
export const ANNOTATION_FILES = 'annotations:';

export interface Notice {
  readonly id: 'modelChanged' | 'imageChanged' | 'annotationsChanged' | 'explainerStopped' | 'actionFailed';
  readonly tone: 'information' | 'error';
  readonly text: string;
  readonly next?: string;
  /** The image or model that it is about: it goes when another is shown. */
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
  /** Another editor lies over the page. */
  readonly hidden: boolean;
  /** How often each file has changed on disk since the page was loaded: part of what is asked for. */
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
  /** Methods switched on, in the order in which they were: later ones lie on top. Null: those of the settings. */
  readonly methods: readonly string[] | null;
  /** While set, only this one of them is painted. */
  readonly solo: string | null;
  readonly annotations: boolean;
  /** Hides all heatmaps for a look at the image. */
  readonly overlay: boolean;
  /** 0 … 1; null: as in the settings. */
  readonly opacity: number | null;
  /** Ids of colour maps, or 'auto': for maps with a sign and for those without; null: as in the settings. */
  readonly colorMaps: { readonly signed: string | null; readonly unsigned: string | null };
  readonly range: RangeMode;
  readonly weak: Weak;
  /** Values below this share of the range are not painted. */
  readonly threshold: number;
  /** What the user changed of each method's parameters, by model. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, AnyParameters>>>>;
  /** The preset chosen last, by model. */
  readonly presets: Readonly<Record<string, string>>;
  /** Methods that the user wants on top of the list; null: the usual ones. */
  readonly favourites: readonly string[] | null;
  /** All methods are listed, not only the favourites and those that are on. */
  readonly allMethods: boolean;
  readonly methodFilter: string;
  /** How the maps of methods that work on superpixels are shown, by method. */
  readonly superpixels: Readonly<Record<string, SuperpixelView>>;
  readonly order: ClassOrder;
  readonly filter: string;
  readonly measure: Measure;
  readonly agreement: AgreementLayout;
  /** Draws the outline of the topmost map's mask; null: where the class is drawn too and the mask is in few pieces. */
  readonly outline: boolean | null;
  /** Width of the side bar in CSS pixels; null: by the style sheet. */
  readonly sidebar: number | null;
  readonly collapsed: readonly string[];
}

/** What was asked for by a button and takes long: not persisted, as a reload must not start minutes of work. */
export interface Wishes {
  /** Keys of maps whose faithfulness is to be measured, in the order in which it was asked for. */
  readonly assess: readonly string[];
  /** How alike the maps shown are. */
  readonly compare: boolean;
}

export interface State {
  readonly resource: Resource;
  readonly navigation: Navigation;
  readonly wishes: Wishes;
  readonly ui: Ui;
}

/** What is given to VS Code to keep; the extension host reads `navigation` of it to bring the panel back. */
export interface PersistedState {
  readonly version: 1;
  readonly navigation: Navigation;
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

/** The first state: what was persisted, as far as it still makes sense, and nothing yet of the host's. */
export function initialState(persisted: unknown): State {
  if (!isPersisted(persisted)) return INITIAL;
  return {
    resource: INITIAL.resource,
    wishes: INITIAL.wishes,
    navigation: { ...INITIAL.navigation, ...persisted.navigation },
    ui: { ...INITIAL_UI, ...persisted.ui },
  };
}

export function persistedState(state: State): PersistedState {
  return { version: 1, navigation: state.navigation, ui: state.ui };
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

/** The host says what to show. The class chosen survives unless the model is another one. */
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

/** A notice about an image or a model that is no longer shown is dropped. */
function withoutOldNotice(state: State): State {
  const { images, current, model } = state.navigation;
  const about = state.resource.notice?.about;
  if (about === undefined || about === images[current] || about === model) return state;
  return { ...state, resource: { ...state.resource, notice: null } };
}

/** A finding was clicked: its image and its class are shown. An image that is not of this panel's set changes nothing. */
export function withFocus(state: State, { image, index }: FindingFocus): State {
  const current = state.navigation.images.indexOf(image);
  return current < 0
    ? state
    : withoutOldNotice({ ...state, navigation: { ...state.navigation, current, chosen: index } });
}

/** What Check Labels says of an image; of one that is no longer shown it comes too late. */
export function withFindings(state: State, { image, findings }: ViewNotifications['findings']): State {
  const { images, current } = state.navigation;
  const { contents } = state.resource;
  if (!contents || images[current] !== image) return state;
  return { ...state, resource: { ...state.resource, contents: { ...contents, findings } } };
}

/** A file changed on disk: everything made from it is asked for again. */
export function withRevision(state: State, path: string, notice: Notice | null): State {
  const { resource } = state;
  const revisions = { ...resource.revisions, [path]: (own(resource.revisions, path) ?? 0) + 1 };
  // What was said of the same file before is no longer true.
  const before = resource.notice?.about === path ? null : resource.notice;
  return { ...state, resource: { ...resource, revisions, notice: notice ?? before } };
}

/** Nothing that is known of the image and the model shown is taken for granted: it is all asked for again. */
export function withEverythingAgain(state: State): State {
  const { images, current, model } = state.navigation;
  const paths = [images[current], model, ANNOTATION_FILES].filter((path) => typeof path === 'string');
  return paths.reduce((next, path) => withRevision(next, path, null), state);
}

/** Holds the state and tells everybody when it is another one. */
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

  /** Something that views are made of, but that is not in the state, has changed: a reply has come. */
  touch(): void {
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
