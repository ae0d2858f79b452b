// Plain data about how well maps agree with annotations.

/** One number for one map: how well it agrees with the drawn shapes of its class in this image. */
export interface Agreement {
  readonly method: string;
  readonly index: number;
  readonly metric: string;
  readonly value: number | null;
  /** The reader whose drawing alone it was compared with. */
  readonly reader?: string;
  /** Why there is no value. */
  readonly reason?: string;
  /** The scores of maps without information on this annotation, for comparison with `value`. */
  readonly baselines?: {
    /** A map or mask that covers everything the model saw. */
    readonly wholeImage: number | null;
    /** The expectation over noise maps, in which each pixel is independent and uniform between 0 and 1. */
    readonly random: number | null;
  };
}

/**
 * Which evidence counts: for the class; for and against alike; or the raw values, where evidence against is the
 * smallest.
 */
export type EvidenceReading = 'positive' | 'absolute' | 'signed';

/**
 * Which pixels of a map are its mask. Values are first stretched to 0…1 between the map's smallest and largest
 * evidence.
 */
export type MaskThreshold =
  /** Above Otsu's threshold on 256 levels. `fill`: holes are filled and single pixels dropped, as CheXlocalize does. */
  | { readonly kind: 'otsu'; readonly fill?: boolean }
  /** Above `value`, 0…1. */
  | { readonly kind: 'fixed'; readonly value: number }
  /** Above the `value`-th percentile, 0…100: the strongest 100 − `value` percent. */
  | { readonly kind: 'percentile'; readonly value: number };

/** How maps are compared with annotations; omitted options take their defaults. */
export interface AgreementOptions {
  /** Default 'positive'. */
  readonly evidence?: EvidenceReading;
  /**
   * Pointing game: a peak up to this many pixels (Euclidean, of the original image) outside the drawn region is still a
   * hit. Default 0.
   */
  readonly tolerance?: number;
  /** Default Otsu without filling. */
  readonly threshold?: MaskThreshold;
  /** Maps of classes with a lower score have an empty mask. Default 0: none. */
  readonly cutoff?: number;
  /**
   * Images where one mask is empty. 'truePositives' (the default): null, so means skip them. 'all': they score 0
   * wherever that is defined, including classes that the annotations call absent; null only where both masks are empty.
   */
  readonly regime?: 'truePositives' | 'all';
  /**
   * If several readers annotated the image: the union of their drawings (the default), the part drawn by at least half
   * or by all of them, or each reader separately. `ImageAnnotations.readers` says how well they agree, which is the
   * ceiling for any map.
   */
  readonly readers?: 'each' | 'union' | 'majority' | 'intersection';
  /** Options for some classes, by index, which override the above. */
  readonly classes?: Readonly<Record<number, Pick<AgreementOptions, 'threshold' | 'cutoff'>>>;
}

export interface MetricInfo {
  readonly id: string;
  readonly title: string;
  /** The heading of a narrow column. */
  readonly short: string;
  readonly summary: string;
  /** What the metric compares a map with: an annotation, the model, or the map of a changed image or model. */
  readonly group: 'agreement' | 'faithfulness' | 'robustness';
  /** 'neither': read it together with the others. */
  readonly better: 'up' | 'down' | 'neither';
  readonly range: readonly [number, number];
  /** The options that affect it. */
  readonly uses?: readonly (keyof AgreementOptions)[];
}
