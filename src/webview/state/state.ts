// The page's knowledge, by owner: `resource` came from the host and is never saved; `navigation` is where the user is;
// `ui` is how they like to see it; `wishes` is what they requested with a button. Navigation and ui are persisted.
// Everything else is derived (a Scene,
// and the models of the sections) and stored nowhere.

import type { Catalogue } from '../../explainers/contracts/catalogue.ts';
import type { FixBox } from '../../explainers/contracts/labels/fix.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import type { BoxWanted, PanelContents } from '../../explainers/protocol/messages.ts';
import { INITIAL_UI, type Ui } from './ui.ts';
import type { Other, Version } from './version.ts';

/** The id of a box that the page itself wants, not the host. */
export const OWN_BOX = -1;

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
  /** A box that the user is to draw; null: none. */
  readonly drawing: BoxWanted | null;
  /** Another editor covers the page. */
  readonly hidden: boolean;
  /** How often each file has changed on disk since the page was loaded; part of every request. */
  readonly revisions: Readonly<Record<string, number>>;
  /** By model: how it was before its file was written again in this session, newest first. */
  readonly versions: Readonly<Record<string, readonly Version[]>>;
}

export interface Navigation {
  readonly images: readonly string[];
  readonly current: number;
  readonly model: string | null;
  /** The class that the user chose; null: the best one of each image. */
  readonly chosen: number | null;
  /** The class that the explained one is compared with, or all others; null: nothing. */
  readonly against: number | 'rest' | null;
  /** The classes of the grid, in its order; null: the one being explained and the likeliest others. */
  readonly columns: readonly number[] | null;
  /** What the model is compared with; null: nothing. */
  readonly other: Other | null;
}

/** Requests made with a button that take long; not persisted, because a reload must not start minutes of work. */
export interface Wishes {
  /** Keys of maps whose faithfulness is to be measured, in the order of the requests. */
  readonly assess: readonly string[];
  /** How similar the maps shown are. */
  readonly compare: boolean;
  /** The region that is taken away; absent: the usual one. */
  readonly region?: RegionWish;
  /** Further inputs whose other values are tried. */
  readonly vary?: readonly string[];
}

/** A region to take out of the image, and how. */
export interface RegionWish {
  /** Which one, by its id in the menu; null: the first. */
  readonly source: string | null;
  /** The user's box, in pixels of the image. */
  readonly box: FixBox | null;
  /** What hidden pixels become. */
  readonly hide: string;
  /** Everything else is hidden instead. */
  readonly alone: boolean;
}

export interface State {
  readonly resource: Resource;
  readonly navigation: Navigation;
  readonly wishes: Wishes;
  readonly ui: Ui;
}

const EMPTY: Catalogue = {
  methods: [],
  presets: [],
  metrics: [],
  assessments: [],
  comparisons: [],
  findingKinds: [],
};

/** Before the host has said anything. */
export const INITIAL: State = {
  resource: {
    contents: null,
    catalogue: EMPTY,
    failure: null,
    notice: null,
    drawing: null,
    hidden: false,
    revisions: {},
    versions: {},
  },
  navigation: { images: [], current: 0, model: null, chosen: null, against: null, columns: null, other: null },
  wishes: { assess: [], compare: false },
  ui: INITIAL_UI,
};
