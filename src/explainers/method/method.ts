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

/** A model as methods see it: canonical graph, batch 1, every shape known. */
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
  /** The values with channels, height and width between image and logits, in order: what a `layer` method can look at. */
  readonly layers: readonly Layer[];
}

export interface ExplainContext {
  readonly model: ExplainableModel;
  readonly engine: Engine;
  /** The preprocessed image, shaped as the model's input. */
  readonly input: TensorOf<'float32'>;
  /** What pixel 0 and pixel 255 become by preprocessing, per channel: the bounds of every possible input. */
  readonly pixelRange: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** Class indices to explain, all in one go where the method can. */
  readonly targets: readonly number[];
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Fires when the user wants what there is so far: a method that refines its map then ends early, without an error. */
  readonly stop?: AbortSignal;
  /** Bytes that the images of all runs at the same time may take in the model; absent: the method's own bound. */
  readonly batchMemory?: number;
  /** The order of the input's channels; absent: 'rgb', or 'gray' where there is one. */
  readonly channels?: 'rgb' | 'bgr' | 'gray';
  /** The image cut into superpixels as a text form says (`quickshift`, `grid:8x8`, a file); absent: cut anew from the input. */
  segments?(text: string): Promise<Segments>;
  /** A compiled graph of this model, made once per `key` and kept for as long as the model is open. */
  compiled(key: string, make: () => Graph, options?: CompileOptions): Promise<Executable>;
  /** How far the run is, 0…1, and where there is one the map so far. */
  progress(fraction: number, partial?: readonly ExplanationMap[]): void;
}

/** One heatmap, raw: as the method defines it, before any display normalisation. */
export interface ExplanationMap {
  readonly target: number;
  /** [h, w] of the model's input, or [c, h, w] for pixel methods (channels are summed for display and files). */
  readonly values: Tensor & { dtype: 'float32' };
  /** Whether its values have a sign, where that hangs on the parameters; absent: as the method says. */
  readonly signed?: boolean;
  /** What people must know of this map: the layer chosen and why, why it is blank, how well the surrogate fits. */
  readonly notes: readonly string[];
  /** Numbers reported beside the map (conservation, R², additivity …). */
  readonly figures: Readonly<Record<string, number>>;
  /** What to do instead, where the map is of no use: its next step where it is refused because it is no finite number. */
  readonly instead?: string;
  /** What the map is made of, where it is one value per superpixel. */
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

/** What a method asks of a model: scores only, gradients, or also a layer with spatial axes. */
export type MethodNeed = 'forward' | 'gradient' | 'layer';

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
  /** Signed maps get a diverging colour map around 0. Of the parameters' defaults: a map may say otherwise. */
  readonly signed: boolean;
  /** Zero means nothing, only differences within a map do: it is shown from its smallest value on. */
  readonly relative?: boolean;
  readonly parameters: S;
  explain(context: ExplainContext, parameters: ParameterValues<S>): Promise<readonly ExplanationMap[]>;
}

/** Gives a method's literal its type, parameters included. */
export function defineMethod<const S extends ParameterSchema>(method: Method<S>): Method {
  return method as unknown as Method;
}

export type { AnyParameters };
