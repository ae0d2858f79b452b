// The plain data that passes through the core's door: structured-cloneable, no classes, no tensors. The CLI prints it, the
// worker sends it, the panel shows it.

import type { ErrorReport } from '../errors.ts';
import type { Agreement, AgreementOptions } from './agreement.ts';
import type { AssessmentInfo } from './assessment.ts';
import type { AnnotationSource, ModelCard } from './card.ts';
import type { EngineInfo } from './device.ts';
import type { Finding } from './findings.ts';
import type { Geometry, Size } from './geometry.ts';
import type { Layer, LayerLayout } from './layer.ts';
import type { AnyParameters, ParameterSchema } from './parameters.ts';
import type { Preset } from './preset.ts';
import type { SuperpixelValues } from './superpixelValues.ts';

export type { Agreement, AgreementOptions, EvidenceReading, MaskThreshold, MetricInfo } from './agreement.ts';
export type {
  AnnotationFileInfo,
  AnnotationFiles,
  ImageAnnotation,
  ImageAnnotations,
  ReaderAgreement,
} from './annotations.ts';
export type {
  Assessment,
  AssessmentCurve,
  AssessmentInfo,
  ComparisonInfo,
  MethodComparison,
} from './assessment.ts';
export type {
  CheckRequest,
  CheckResult,
  Finding,
  FindingKind,
  FindingKindInfo,
  ReviewRequest,
  Verdict,
} from './findings.ts';
export type { ImageSubset, Measurement, MeasurementSummary } from './measurements.ts';

/** A value that Grad-CAM and its family can look at. */
export type LayerInfo = Omit<Layer, 'layout'> & { readonly layout?: LayoutInfo };

/** How a layer lies in the graph, without the order of places that lie in no rows. */
type LayoutInfo =
  | Exclude<LayerLayout, { readonly kind: 'scattered' }>
  | Omit<LayerLayout & { readonly kind: 'scattered' }, 'order'>;

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
  /** What people must know of every map of this model: its precision, layers in training mode. */
  readonly notes: readonly string[];
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

export interface Heatmap {
  /** Names it in later requests to the session that made it; another session, or another run, gives another id. */
  readonly id: string;
  readonly method: string;
  readonly index: number;
  readonly label: string;
  /** [h, w] of the model's input; row-major, raw values. */
  readonly size: Size;
  readonly values: Float32Array;
  /** Positive values speak for the class, negative ones against it; false: the map has no negative ones. */
  readonly signed: boolean;
  /** [c, h, w] of pixel methods, where the request asks for `channels`. */
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

export interface Progress {
  readonly stage: 'model' | 'image' | 'predict' | 'explain' | 'agree' | 'check' | 'assess' | 'compare';
  readonly message: string;
  /** 0 … 1 within the whole request; null: unknown. */
  readonly fraction: number | null;
  /** The maps so far, of a method that refines them; now and then. */
  readonly maps?: readonly Heatmap[];
  /** Of Check Labels: the image that is looked at. */
  readonly image?: string;
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
  /** Maps of pixel methods come with each channel, too. Default false. */
  readonly channels?: boolean;
  /** How the maps are compared with the annotations. */
  readonly agreement?: AgreementOptions;
}

/** A map that `explain` gave, and what makes it again, with the request's image, model and seed, where it is no longer kept. */
export interface MapName extends Pick<Heatmap, 'id' | 'method' | 'index' | 'stoppedAt'> {
  /** Those of the request that made it. */
  readonly parameters?: AnyParameters;
}

export interface AnnotationRequest extends ImageRequest {
  /** Instead of the card's. */
  readonly sources?: readonly AnnotationSource[];
}

/** Maps that were made already, compared with what is drawn: no model is run, unless a cut-off asks for the scores. */
export interface AgreementRequest extends AnnotationRequest {
  readonly maps: readonly MapName[];
  readonly seed?: number;
  readonly options?: AgreementOptions;
  /** Ids of the metrics to compute; absent: all. */
  readonly metrics?: readonly string[];
}

export interface Explanation {
  readonly maps: readonly Heatmap[];
  /** The classes without a map because it is no finite number, where others have one; absent: none. */
  readonly failures?: readonly { readonly index: number; readonly error: ErrorReport }[];
  /** For the classes that have shapes; per map and metric. */
  readonly agreement: readonly Agreement[];
}

export interface AssessRequest extends ExplainRequest {
  /** Ids of {@link AssessmentInfo}. */
  readonly metrics: readonly string[];
  /** Parameters of the metrics, by their ids, over their defaults. */
  readonly metricParameters?: Readonly<Record<string, AnyParameters>>;
  /** Ids of maps that `explain` gave for this very request; one that is no longer kept is made again. */
  readonly maps?: readonly string[];
}

export interface CompareRequest extends ImageRequest {
  readonly index: number;
  readonly methods: readonly { readonly id: string; readonly parameters?: AnyParameters }[];
  readonly seed?: number;
  /** `topKOverlap`: the share of the pixels that are compared; absent: 0.05. */
  readonly topShare?: number;
  /** Ids of maps that `explain` gave for this image, class, seed and these parameters; one that is no longer kept is made again. */
  readonly maps?: readonly string[];
}
