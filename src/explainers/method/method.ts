import type { Layer } from '../contracts/layer.ts';
import type { AnyParameters, ParameterSchema, ParameterValues } from '../contracts/parameters.ts';
import type { MethodGroup } from '../contracts/results.ts';
import type { SuperpixelValues } from '../contracts/superpixelValues.ts';
import type { CompileOptions, Engine, Executable } from '../engines/engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Segments } from '../images/superpixels/segments.ts';
import type { Tensor, TensorOf } from '../tensor/tensor.ts';

/** A method's identity in files, flags and messages. See the contracts: these are never renamed. */
export type MethodId = string;

/**
 * A model as methods see it: canonical graph, batch 1, every shape known. Its graph may have further inputs besides the
 * image; every run gets the same values for them, without the methods' doing.
 */
export interface ExplainableModel {
  readonly graph: Graph;
  /** Name of the image input, [1, C, H, W] or [1, H, W, C]. */
  readonly input: string;
  readonly layout: 'nchw' | 'nhwc';
  /** Name of the value explained: the logits, [1, classes]. */
  readonly logits: string;
  /** Name of the value after the activation, [1, classes]. */
  readonly scores: string;
  readonly classes: number;
  /**
   * The values with channels, height and width between image and logits, in order: the possible layers of a `layer`
   * method.
   */
  readonly layers: readonly Layer[];
  /** The logits and the scores are leads over other classes; absent: those of the classes alone. */
  readonly contrast?: Contrast;
}

/** A model's values before a class was compared with others. */
export interface Contrast {
  /** Names of the values, [1, classes]. */
  readonly logits: string;
  readonly scores: string;
  /** The weight of every class's value in the lead of a class, [classes]. */
  weights(target: number): Float32Array;
}

export interface ExplainContext {
  readonly model: ExplainableModel;
  readonly engine: Engine;
  /** The preprocessed image, shaped as the model's input. */
  readonly input: TensorOf<'float32'>;
  /** The values of pixel 0 and pixel 255 after preprocessing, per channel: the bounds of every possible input. */
  readonly pixelRange: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** Class indices to explain, all in one run if the method can. */
  readonly targets: readonly number[];
  /** What the backward pass of a class starts with, [classes]; absent: 1 at the class. */
  seedOf?(target: number): Float32Array;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Fires when the user wants the map so far: a method that refines its map then ends early, without an error. */
  readonly stop?: AbortSignal;
  /** Bytes that the images of all simultaneous runs may take in the model; absent: the method's own limit. */
  readonly batchMemory?: number;
  /** The order of the input's channels; absent: 'rgb', or 'gray' if there is one channel. */
  readonly channels?: 'rgb' | 'bgr' | 'gray';
  /**
   * The image segmented into superpixels by a text form (`quickshift`, `grid:8x8`, a file); absent: computed from the
   * input.
   */
  segments?(text: string): Promise<Segments>;
  /** A compiled graph of this model, built once per `key` and kept for as long as the model is open. */
  compiled(key: string, make: () => Graph, options?: CompileOptions): Promise<Executable>;
  /** The progress of the run, 0…1, and the map so far if there is one. */
  progress(fraction: number, partial?: readonly ExplanationMap[]): void;
}

/** What a method's graph is made from when there is no image yet. */
export type GraphPlace = Pick<ExplainContext, 'model' | 'pixelRange' | 'seed' | 'channels'> & {
  /** The most images in one run of the model; absent: as many as pay off. */
  readonly batch?: number;
};

/** One heatmap, raw: as the method defines it, before any display normalisation. */
export interface ExplanationMap {
  readonly target: number;
  /** [h, w] of the model's input, or [c, h, w] for pixel methods (channels are summed for display and files). */
  readonly values: Tensor & { dtype: 'float32' };
  /** Whether its values have a sign, if that depends on the parameters; absent: as the method declares. */
  readonly signed?: boolean;
  /** What people must know about this map: the chosen layer and why, why it is blank, how well the surrogate fits. */
  readonly notes: readonly string[];
  /** Numbers reported with the map (conservation, R², additivity …). */
  readonly figures: Readonly<Record<string, number>>;
  /**
   * What to do instead if the map is useless; it becomes the error's next step if the map is refused because it is not
   * finite.
   */
  readonly instead?: string;
  /** The values per superpixel, if the map has one value for each. */
  readonly superpixels?: SuperpixelValues;
}

export interface Citation {
  readonly authors: string;
  readonly title: string;
  readonly venue: string;
  readonly year: number;
  readonly url: string;
  /** The implementation whose numbers we match, with its version. */
  readonly reference?: string;
}

/**
 * What a method needs from a model: scores only, gradients, a layer with spatial axes, or attention over the picture's
 * places, and a class token.
 */
export type MethodNeed = 'forward' | 'gradient' | 'layer' | 'attention' | 'classToken';

/** An explainer, declared in its own file; flags, forms, documentation and tests are derived from this. */
export interface Method<S extends ParameterSchema = ParameterSchema> {
  readonly id: MethodId;
  readonly title: string;
  /** One sentence: what the map shows. */
  readonly summary: string;
  /** When it misleads, for the documentation and the panel's tooltip. */
  readonly caution: string;
  /** The formula, in plain text or LaTeX. */
  readonly formula: string;
  readonly cite: Citation;
  readonly needs: readonly MethodNeed[];
  readonly group: MethodGroup;
  /** It runs the model many times: the panel asks for one such method after another, and not ahead. */
  readonly slow: boolean;
  /** Signed maps get a diverging colour map around 0. For the default parameters; a map may say otherwise. */
  readonly signed: boolean;
  /** Zero has no meaning, only differences within a map do; the map is displayed from its smallest value on. */
  readonly relative?: boolean;
  /** Every class gets the same map, so no class can be compared with another. */
  readonly classless?: boolean;
  readonly parameters: S;
  explain(context: ExplainContext, parameters: ParameterValues<S>): Promise<readonly ExplanationMap[]>;
  /**
   * The method as one graph. Inputs: the image, and `seeds` [K, 1, classes] with a one-hot row per class; the first
   * output: the classes' maps, [K, h, w], channels summed. Absent: the method needs more than a graph.
   * @throws ExplainError `unsupported` for parameters that need more
   */
  asGraph?(place: GraphPlace, parameters: ParameterValues<S>): Graph;
}

/** Gives a method's literal its type, parameters included. */
export function defineMethod<const S extends ParameterSchema>(method: Method<S>): Method {
  return method as unknown as Method;
}

export type { AnyParameters };
