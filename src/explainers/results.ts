// The plain data that passes through the core's door: structured-cloneable, no classes, no tensors. The CLI prints it, the
// worker sends it, the panel shows it.

import type { Shape } from './annotations/annotation.ts';
import type { ReaderAgreement } from './annotations/readers.ts';
import type { EngineInfo } from './engines/engine.ts';
import type { ErrorReport } from './errors.ts';
import type { Geometry, Size } from './images/geometry.ts';
import type { Layer } from './methods/layers.ts';
import type { SuperpixelValues } from './methods/method.ts';
import type { AnyParameters, ParameterSchema } from './methods/parameters.ts';
import type { Preset } from './methods/presets.ts';
import type { AnnotationSource, ModelCard } from './models/card.ts';
import type { Finding } from './results/labels.ts';

export type {
  CheckRequest,
  CheckResult,
  Finding,
  FindingKind,
  FindingKindInfo,
  ReviewRequest,
  Verdict,
} from './results/labels.ts';

/** A value that Grad-CAM and its family can look at. */
export type LayerInfo = Layer;

/** Parameters of several methods under one name, such as a library's defaults. */
export type PresetInfo = Preset;

/** What a map is made of: regions of a layer, single pixels, superpixels, or whatever parts were hidden. */
export type MethodGroup = 'regions' | 'pixels' | 'superpixels' | 'hiding';

/** A method as this model can or cannot use it. */
export interface MethodInfo {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly caution: string;
  /** Of its maps with the parameters' defaults; each map says it of itself. */
  readonly signed: boolean;
  /** Shown from its smallest value on, as its zero means nothing. */
  readonly relative?: boolean;
  readonly group: MethodGroup;
  /** It runs the model many times: seconds to minutes, where others take a moment. */
  readonly slow: boolean;
  readonly parameters: ParameterSchema;
  /** The values it runs with unless told otherwise: its own defaults under the card's. */
  readonly defaults: AnyParameters;
  /** Why it cannot run on this model, naming operator and node; absent: it can. */
  readonly unavailable?: ErrorReport;
}

export interface ModelDescription {
  readonly card: ModelCard;
  /** Null where it was not asked for. */
  readonly sha256: string | null;
  readonly bytes: number;
  readonly inputs: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly (number | string)[];
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly (number | string)[];
  }[];
  /** Name of the tensor whose elements are the class logits, and of that after the activation. */
  readonly logits: string;
  readonly activation: 'none' | 'sigmoid' | 'softmax';
  readonly opset: number;
  /** Operator → how many nodes of it. */
  readonly operators: Readonly<Record<string, number>>;
  readonly layers: readonly LayerInfo[];
  readonly methods: readonly MethodInfo[];
  readonly engine: EngineInfo;
}

export interface ClassScore {
  readonly index: number;
  readonly label: string;
  readonly logit: number;
  /** After the activation. */
  readonly score: number;
  readonly threshold: number;
  /** multi-label: score ≥ threshold; multi-class: the best one. */
  readonly predicted: boolean;
}

export interface Prediction {
  readonly image: string;
  readonly scores: readonly ClassScore[];
  readonly geometry: Geometry;
  /** What was done to the image on the way in, for people. */
  readonly notes: readonly string[];
}

/** The image for a browser to draw: 8-bit, upright, windowed; the size is that of the original. */
export interface DisplayImage {
  readonly image: string;
  readonly size: Size;
  readonly mime: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly bytes: Uint8Array;
  readonly notes: readonly string[];
}

/** One annotation matched to a class of the model, in pixels of the original image. */
export interface ImageAnnotation {
  /** Class index of the model; null where the label matches none. */
  readonly index: number | null;
  readonly label: string;
  readonly shape: Shape | null;
  readonly file: string;
  readonly format: string;
  readonly id?: string;
  readonly reader?: string;
  readonly line?: number;
}

export interface ImageAnnotations {
  readonly image: string;
  readonly annotations: readonly ImageAnnotation[];
  /** Per class index: what the files say. Classes not listed: unknown. */
  readonly states: Readonly<Record<number, 'drawn' | 'present' | 'absent'>>;
  /** Per class index that is absent: the file that says so, and the line of the image's entry there. */
  readonly absentIn?: Readonly<Record<number, { readonly file: string; readonly line: number | null }>>;
  readonly files: readonly { readonly path: string; readonly format: string; readonly images: number }[];
  /** Where several readers annotated the image: how well they agree on each class that one of them drew. */
  readonly readers?: readonly ReaderAgreement[];
  /** Files that could not be read, labels that match no class, … */
  readonly problems: readonly string[];
}

/** What an annotation file holds, and what of it matches nothing. */
export interface AnnotationFileInfo {
  readonly path: string;
  readonly format: string;
  /** How many images it speaks of. */
  readonly images: number;
  /** Those that are nowhere near: how many, and the first names. Null: there are too many files to tell. */
  readonly missing: { readonly count: number; readonly names: readonly string[] } | null;
  /** Its labels that match no class of the model, or several; empty where the file does not list its labels. */
  readonly unmatched: readonly string[];
  readonly problems: readonly string[];
}

export interface AnnotationFiles {
  readonly files: readonly AnnotationFileInfo[];
  /** Files that are not there, or cannot be read. */
  readonly problems: readonly string[];
}

export interface Heatmap {
  readonly method: string;
  readonly index: number;
  readonly label: string;
  /** [h, w] of the model's input; row-major, raw values. */
  readonly size: Size;
  readonly values: Float32Array;
  /** Positive values speak for the class, negative ones against it; false: the map has no negative ones. */
  readonly signed: boolean;
  /** With --raw-channels: [c, h, w] */
  readonly channels?: Float32Array;
  readonly geometry: Geometry;
  readonly parameters: AnyParameters;
  readonly notes: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
  /** What the map is made of, where it is one value per superpixel: for the picture of the best ones. */
  readonly superpixels?: SuperpixelValues;
  /** The share of its run that the map is made from, where it was stopped before its end. */
  readonly stoppedAt?: number;
  readonly milliseconds: number;
}

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
  readonly summary: string;
  /** What it compares a map with: an annotation, the model, the map of a changed image or model. */
  readonly group: 'agreement' | 'faithfulness' | 'robustness';
  /** 'neither': read beside the others. */
  readonly better: 'up' | 'down' | 'neither';
  readonly range: readonly [number, number];
  /** The options that change it. */
  readonly uses?: readonly (keyof AgreementOptions)[];
}

export interface Progress {
  readonly stage: 'model' | 'image' | 'predict' | 'explain' | 'agree' | 'check' | 'assess' | 'compare';
  readonly message: string;
  /** 0 … 1 within the whole request; null: unknown. */
  readonly fraction: number | null;
  /** The maps so far, of a method that refines them; now and then. */
  readonly maps?: readonly Heatmap[];
  /** Of Check Labels: what looks wrong so far, ranked; now and then. */
  readonly findings?: readonly Finding[];
}

/** Which image, with which model. `model` is a card or a model file. */
export interface ImageRequest {
  readonly image: string;
  readonly model: string;
}

export interface ExplainRequest extends ImageRequest {
  readonly method: string;
  /** Over the card's and the method's defaults. */
  readonly parameters?: AnyParameters;
  readonly classes: readonly number[];
  readonly seed?: number;
  /** How the maps are compared with the annotations. */
  readonly agreement?: AgreementOptions;
}

export interface AnnotationRequest extends ImageRequest {
  /** Instead of the card's. */
  readonly sources?: readonly AnnotationSource[];
}

/** Maps that were made already, compared with what is drawn: no model is run, unless a cut-off asks for the scores. */
export interface AgreementRequest extends AnnotationRequest {
  readonly maps: readonly Heatmap[];
  readonly options?: AgreementOptions;
  /** Ids of the metrics to compute; absent: all. */
  readonly metrics?: readonly string[];
}

export interface Explanation {
  readonly maps: readonly Heatmap[];
  /** For the classes that have shapes; per map and metric. */
  readonly agreement: readonly Agreement[];
}

/** How a score went while something was changed step by step. */
export interface AssessmentCurve {
  /** How much was changed: of the pixels, or of the layers; 0 … 1, ascending. */
  readonly fraction: readonly number[];
  /** The class's score after the activation, or the correlation with the map; null where that has no value. */
  readonly score: readonly (number | null)[];
  /** What was changed last at each point, where it has a name: a layer. */
  readonly labels?: readonly string[];
}

/** How faithful a map is to the model, or how stable it is: a number that needs no annotation, but many runs of the model. */
export interface Assessment {
  readonly method: string;
  readonly index: number;
  readonly metric: string;
  readonly value: number | null;
  readonly reason?: string;
  readonly curve?: AssessmentCurve;
  /** What the same map scores when it is moved to other places, on average: the number to read `value` against. */
  readonly moved?: number;
  readonly notes: readonly string[];
}

/** A metric of `assess`. Its parameters are given under its id. */
export interface AssessmentInfo {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly better: 'up' | 'down';
  readonly range: readonly [number, number];
  readonly group: 'faithfulness' | 'robustness';
  /** When it misleads. */
  readonly caution: string;
  readonly cite: string;
  /** What a curve's fraction counts; absent: it has no curve. */
  readonly curve?: { readonly fraction: string; readonly score: string };
  readonly parameters: ParameterSchema;
}

export interface AssessRequest extends ExplainRequest {
  /** Ids of {@link AssessmentInfo}. */
  readonly metrics: readonly string[];
  /** Parameters of the metrics, by their ids, over their defaults. */
  readonly metricParameters?: Readonly<Record<string, AnyParameters>>;
  /** Maps that `explain` gave for this very request, so that they are not made anew. */
  readonly maps?: readonly Heatmap[];
}

/** A metric of `compareMethods`: how alike two maps are. */
export interface ComparisonInfo {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly range: readonly [number, number];
  readonly cite: string;
}

export interface CompareRequest extends ImageRequest {
  readonly index: number;
  readonly methods: readonly { readonly id: string; readonly parameters?: AnyParameters }[];
  readonly seed?: number;
  /** `topKOverlap`: the share of the pixels that are compared; absent: 0.05. */
  readonly topShare?: number;
  /** Maps that `explain` gave for this image, class, seed and these parameters, so that they are not made anew. */
  readonly maps?: readonly Heatmap[];
}

/** How alike the maps of one class are, by several methods: symmetric matrices in the order of `methods`. */
export interface MethodComparison {
  readonly methods: readonly string[];
  readonly metrics: readonly {
    readonly metric: string;
    readonly values: readonly (readonly (number | null)[])[];
    /** Why values are missing; absent: none is. */
    readonly reason?: string;
  }[];
  /** Methods that could not explain the image: their rows are null. */
  readonly failures: readonly { readonly method: string; readonly error: ErrorReport }[];
}

/** A number per image, of one class, method and metric. */
export interface Measurement {
  readonly image: string;
  readonly method: string;
  readonly index: number;
  readonly metric: string;
  readonly value: number | null;
  readonly reason?: string;
  /** The reader that it is measured against, where each is by itself. */
  readonly reader?: string;
  /** Classes that the annotation says are present in the image; null: it says nothing. */
  readonly positives: number | null;
}

/** All images; those with one class present, and those with several, as studies of multi-label images tell them apart. */
export type ImageSubset = 'all' | 'singleLabel' | 'multiLabel';

/** A class × method × metric over many images. Numbers are null where n is 0. */
export interface MeasurementSummary {
  readonly index: number;
  readonly method: string;
  readonly metric: string;
  readonly reader?: string;
  readonly subset: ImageSubset;
  /** Images with a number. */
  readonly n: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly lowerQuartile: number | null;
  readonly upperQuartile: number | null;
  /** Bootstrap confidence interval of the mean, 95 %. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Images without a number, by reason. */
  readonly nulls: Readonly<Record<string, number>>;
}
