// The plain data that passes through the core's door: structured-cloneable, no classes, no tensors. The CLI prints it,
// the worker sends it, the panel shows it.

import type { ErrorReport } from '../errors.ts';
import type { Agreement, AgreementOptions } from './agreement.ts';
import type { AssessmentInfo } from './assessment.ts';
import type { AnnotationSource, ModelCard } from './card.ts';
import type { EngineInfo } from './device.ts';
import type { GivenInputs, InputValue } from './furtherInput.ts';
import type { Geometry, Size } from './geometry.ts';
import type { Finding } from './labels/findings.ts';
import type { Layer, LayerLayout } from './layer.ts';
import type { AnyParameters, ParameterSchema } from './parameters.ts';
import type { Preset } from './preset.ts';
import type { SuperpixelValues } from './superpixelValues.ts';

export type { Agreement, AgreementOptions, EvidenceReading, MaskThreshold, MetricInfo } from './agreement.ts';
export type {
  Assessment,
  AssessmentCurve,
  AssessmentInfo,
  ComparisonInfo,
  MethodComparison,
} from './assessment.ts';
export type { FurtherInput, GivenInputs, InputField, InputOrigin, InputValue } from './furtherInput.ts';
export type {
  AnnotationFileInfo,
  AnnotationFiles,
  ImageAnnotation,
  ImageAnnotations,
  ReaderAgreement,
} from './labels/annotations.ts';
export type {
  AlikeImages,
  CheckRequest,
  CheckResult,
  CheckSummary,
  Finding,
  FindingKind,
  FindingKindInfo,
  FindingPlace,
  JudgedPlace,
  ReviewRequest,
  Verdict,
} from './labels/findings.ts';
export type { ImageSubset, Measurement, MeasurementSummary } from './measurements.ts';

/** A value that Grad-CAM and its family can use. */
export type LayerInfo = Omit<Layer, 'layout'> & { readonly layout?: LayoutInfo };

/** The layout of a layer in the graph, without the order of places. */
type LayoutInfo =
  | Exclude<LayerLayout, { readonly kind: 'scattered' }>
  | Omit<LayerLayout & { readonly kind: 'scattered' }, 'order'>;

/** Parameters of several methods under one name, such as a library's defaults. */
export type PresetInfo = Preset;

/** What a map is made of: regions of a layer, single pixels, superpixels, or other hidden parts. */
export type MethodGroup = 'regions' | 'pixels' | 'superpixels' | 'hiding';

/** A method as this model can or cannot use it. */
export interface MethodInfo {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly caution: string;
  /** For maps with default parameters; each map also has its own flag. */
  readonly signed: boolean;
  /** Displayed from its smallest value on, because its zero has no meaning. */
  readonly relative?: boolean;
  readonly group: MethodGroup;
  /** It runs the model many times: seconds to minutes instead of a moment. */
  readonly slow: boolean;
  readonly parameters: ParameterSchema;
  /** The values it runs with by default: its own defaults, overridden by the card's. */
  readonly defaults: AnyParameters;
  /** Why it cannot run on this model, naming operator and node; absent if it can. */
  readonly unavailable?: ErrorReport;
}

export interface ModelDescription {
  readonly card: ModelCard;
  /** Null if it was not requested. */
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
  /** Name of the tensor with the class logits, and of the tensor after the activation. */
  readonly logits: string;
  readonly activation: 'none' | 'sigmoid' | 'softmax';
  readonly opset: number;
  /** Operator → number of nodes. */
  readonly operators: Readonly<Record<string, number>>;
  readonly layers: readonly LayerInfo[];
  readonly methods: readonly MethodInfo[];
  /** What people must know about every map of this model: its precision, layers in training mode. */
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
  /** How the image was changed on the way in, for people. */
  readonly notes: readonly string[];
  /** The values of the model's further inputs; absent: the image is its only input. */
  readonly inputs?: readonly InputValue[];
}

/** The image for a browser to draw: 8-bit, upright, windowed, in the size of the original. */
export interface DisplayImage {
  readonly image: string;
  readonly size: Size;
  readonly mime: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly bytes: Uint8Array;
  /** Of the file: 'dicom', 'png' … */
  readonly format: string;
  readonly notes: readonly string[];
}

/** An image to be drawn. */
export interface DisplayRequest {
  readonly image: string;
  /** The bands that are shown, from 1: three or one; absent: the image's colours, or its first bands. */
  readonly show?: readonly number[];
}

/** What a class is compared with, "why A and not B": some other classes, or all of them. */
export type Against = readonly number[] | 'rest';

export interface Heatmap {
  /** Names it in later requests to the session that made it; another session, or another run, gives another id. */
  readonly id: string;
  readonly method: string;
  readonly index: number;
  readonly label: string;
  /** The map explains the class's lead over the mean of these; absent: the class alone. */
  readonly against?: Against;
  /** [h, w] of the model's input; row-major, raw values. */
  readonly size: Size;
  readonly values: Float32Array;
  /** Positive values support the class, negative ones contradict it; false: the map has no negative values. */
  readonly signed: boolean;
  /** [c, h, w] of pixel methods, where the request asks for `channels`. */
  readonly channels?: Float32Array;
  readonly geometry: Geometry;
  readonly parameters: AnyParameters;
  readonly notes: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
  /** The values per superpixel, if the map has one value for each: for the picture of the best ones. */
  readonly superpixels?: SuperpixelValues;
  /** The share of the run behind the map, if it was stopped early. */
  readonly stoppedAt?: number;
  readonly milliseconds: number;
}

export interface Progress {
  readonly stage: 'model' | 'image' | 'predict' | 'explain' | 'agree' | 'check' | 'assess' | 'compare' | 'import';
  readonly message: string;
  /** 0 … 1 of the whole request; null: unknown. */
  readonly fraction: number | null;
  /** The maps so far, for a method that refines them; from time to time. */
  readonly maps?: readonly Heatmap[];
  /** Check Labels: the current image. */
  readonly image?: string;
  /** Check Labels: the findings so far, ranked; from time to time. */
  readonly findings?: readonly Finding[];
}

/** Which image, with which model. `model` is a card or a model file. */
export interface ImageRequest {
  readonly image: string;
  readonly model: string;
  /** Values of the model's further inputs, which override the image's own. */
  readonly inputs?: GivenInputs;
}

export interface ExplainRequest extends ImageRequest {
  readonly method: string;
  /** Overrides the card's and the method's defaults. */
  readonly parameters?: AnyParameters;
  readonly classes: readonly number[];
  /** Explains each class's lead over the mean of these; absent: the class alone. */
  readonly against?: Against;
  readonly seed?: number;
  /** Maps of pixel methods come with each channel, too. Default false. */
  readonly channels?: boolean;
  /** How the maps are compared with the annotations. */
  readonly agreement?: AgreementOptions;
}

/**
 * A map that `explain` returned, and the parameters that compute it again (with the request's image, model and seed) if
 * it is no longer kept.
 */
export interface MapName extends Pick<Heatmap, 'id' | 'method' | 'index' | 'stoppedAt'> {
  /** Those of the request that made it. */
  readonly parameters?: AnyParameters;
  /** The same, for what is asked of the map alone. */
  readonly against?: Against;
}

export interface AnnotationRequest extends ImageRequest {
  /** Overrides the card's. */
  readonly sources?: readonly AnnotationSource[];
}

/** Existing maps, to compare with the drawn shapes: the model does not run, unless a cut-off needs the scores. */
export interface AgreementRequest extends AnnotationRequest {
  readonly maps: readonly MapName[];
  /** As in the request that made the maps. */
  readonly against?: Against;
  readonly seed?: number;
  readonly options?: AgreementOptions;
  /** Ids of the metrics to compute; absent: all. */
  readonly metrics?: readonly string[];
}

export interface Explanation {
  readonly maps: readonly Heatmap[];
  /** Classes without a map because it is not finite, although others have one; absent: none. */
  readonly failures?: readonly { readonly index: number; readonly error: ErrorReport }[];
  /** For the classes that have shapes, per map and metric. */
  readonly agreement: readonly Agreement[];
}

export interface AssessRequest extends ExplainRequest {
  /** Ids of {@link AssessmentInfo}. */
  readonly metrics: readonly string[];
  /** Parameters of the metrics, by their ids, which override their defaults. */
  readonly metricParameters?: Readonly<Record<string, AnyParameters>>;
  /** Annotation files, for what is drawn; overrides the card's. */
  readonly sources?: readonly AnnotationSource[];
  /** Ids of maps that `explain` returned for this very request; one that is no longer kept is computed again. */
  readonly maps?: readonly string[];
}

export interface CompareRequest extends ImageRequest {
  readonly index: number;
  readonly methods: readonly { readonly id: string; readonly parameters?: AnyParameters }[];
  /** As in the request that made the maps. */
  readonly against?: Against;
  readonly seed?: number;
  /** `topKOverlap`: the share of the pixels to compare; absent: 0.05. */
  readonly topShare?: number;
  /**
   * Ids of maps that `explain` returned for this image, class, seed and these parameters; one that is no longer kept is
   * computed again.
   */
  readonly maps?: readonly string[];
}
