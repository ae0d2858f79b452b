import type { AnyParameters } from '../../explainers/contracts/parameters.ts';
import type { EvidenceReading, GivenInputs } from '../../explainers/contracts/results.ts';

/**
 * The values at the ends of the colour map: each map's own (without the outliers of signed ones), all of its own, all
 * but its highest 1 %, the same for all maps shown, the same for a method's maps of all classes shown, or those of the
 * same method's map of the class with the best score.
 */
export type RangeMode = 'own' | 'full' | 'robust' | 'shared' | 'classes' | 'top';

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

export type ClassOrder = 'score' | 'model';

/** All maps over one picture; a picture for each method and class; two pictures with a divider. */
export type Layout = 'overlay' | 'grid' | 'split';

/** What one side of the split view shows over the image. */
export interface SideWish {
  /** Null: the image alone. */
  readonly method: string | null;
  /** Null: the class being explained. */
  readonly index: number | null;
  /** The map of the model that is compared with, or the difference of the two; absent: of this model. */
  readonly of?: 'other' | 'difference';
}

/** The two sides of the split view. */
export interface SplitWish {
  /** Null: the page chooses. */
  readonly left: SideWish | null;
  readonly right: SideWish | null;
  /** The position of the divider, as a share of the picture's width from the left. */
  readonly at: number;
}

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
  /** Heatmaps are interpolated between the values on the grid of the model's input. */
  readonly smooth: boolean;
  /** Values below this share of the range are not painted. */
  readonly threshold: number;
  /** Where contour lines are drawn, as shares of the range, 0 … 1. */
  readonly contours: readonly number[];
  /** The masks of expert and method are filled, blue and red, and no heatmaps are painted. */
  readonly masks: boolean;
  /** The user's changes to each method's parameters, by model. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, AnyParameters>>>>;
  /** The user's values of a model's further inputs, by model and image. */
  readonly inputs: Readonly<Record<string, Readonly<Record<string, GivenInputs>>>>;
  /** The method that attributes within the sources. */
  readonly sourcesMethod: string;
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
  /** Every class is listed, however many they are. */
  readonly allClasses: boolean;
  /** Ranks and logits are listed next to the scores. */
  readonly classNumbers: boolean;
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
  /** Where models are compared, the grid shows the maps of both. */
  readonly gridModels: boolean;
  readonly layout: Layout;
  readonly split: SplitWish;
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
  smooth: true,
  threshold: 0,
  contours: [],
  masks: false,
  parameters: {},
  inputs: {},
  sourcesMethod: 'occlusion',
  presets: {},
  favourites: null,
  allMethods: false,
  methodFilter: '',
  superpixels: {},
  order: 'score',
  allClasses: false,
  classNumbers: false,
  filter: '',
  measure: USUAL_MEASURE,
  agreement: { columns: null, allClasses: false, sort: null },
  outline: null,
  sidebar: null,
  collapsed: ['sources', 'region', 'faithfulness', 'versions', 'comparison'],
  gridModels: true,
  layout: 'overlay',
  split: { left: null, right: null, at: 0.5 },
};
