// The plain data of how maps agree with annotations.

/** One number of one map: how well it agrees with what is drawn for its class in this image. */
export interface Agreement {
  readonly method: string;
  readonly index: number;
  readonly metric: string;
  readonly value: number | null;
  /** Compared with what this reader alone drew. */
  readonly reader?: string;
  /** Why there is no value. */
  readonly reason?: string;
  /** What maps without information score on this annotation: the numbers to read `value` against. */
  readonly baselines?: {
    /** A map or mask that covers everything that the model saw. */
    readonly wholeImage: number | null;
    /** The expectation over maps of noise: each pixel uniform between 0 and 1, by itself. */
    readonly random: number | null;
  };
}

/** Which evidence counts: for the class; for and against alike; the raw values, of which evidence against is the smallest. */
export type EvidenceReading = 'positive' | 'absolute' | 'signed';

/** Which pixels of a map are its mask. Values are first stretched to 0…1 between the map's smallest and largest evidence. */
export type MaskThreshold =
  /** Above Otsu's threshold on 256 levels. `fill`: holes are filled and single pixels dropped, as CheXlocalize does. */
  | { readonly kind: 'otsu'; readonly fill?: boolean }
  /** Above `value`, 0…1. */
  | { readonly kind: 'fixed'; readonly value: number }
  /** Above the `value`-th percentile, 0…100: the strongest 100 − `value` percent. */
  | { readonly kind: 'percentile'; readonly value: number };

/** How maps are compared with annotations; what is left out takes its default. */
export interface AgreementOptions {
  /** Default 'positive'. */
  readonly evidence?: EvidenceReading;
  /** Pointing game: a peak this many pixels (Euclidean, of the original image) beside the drawn region is still a hit. Default 0. */
  readonly tolerance?: number;
  /** Default Otsu without filling. */
  readonly threshold?: MaskThreshold;
  /** Maps of classes whose score is below it have an empty mask. Default 0: none. */
  readonly cutoff?: number;
  /**
   * Images of which one mask is empty. 'truePositives' (the default): null, so that means skip them. 'all': they score 0 wherever that
   * is defined, also classes that the annotations call absent; null only where both masks are empty.
   */
  readonly regime?: 'truePositives' | 'all';
  /**
   * Where several readers annotated the image: the union of what they drew (the default), what at least half or all of them drew, or
   * each by itself. How well they agree with each other, the ceiling of all this, is `ImageAnnotations.readers`.
   */
  readonly readers?: 'each' | 'union' | 'majority' | 'intersection';
  /** For some classes, by index, instead of the above. */
  readonly classes?: Readonly<Record<number, Pick<AgreementOptions, 'threshold' | 'cutoff'>>>;
}

export interface MetricInfo {
  readonly id: string;
  readonly title: string;
  /** The heading of a narrow column. */
  readonly short: string;
  readonly summary: string;
  /** What it compares a map with: an annotation, the model, the map of a changed image or model. */
  readonly group: 'agreement' | 'faithfulness' | 'robustness';
  /** 'neither': read beside the others. */
  readonly better: 'up' | 'down' | 'neither';
  readonly range: readonly [number, number];
  /** The options that change it. */
  readonly uses?: readonly (keyof AgreementOptions)[];
}
