import type { TensorOf } from '../../tensor/tensor.ts';
import type { Draft } from '../channelsLast/draft.ts';
import type { Value } from '../channelsLast/value.ts';
import type { Config, Json } from './config.ts';
import type { Slot } from './weights.ts';

/** An argument of a layer's call: a value of the graph, a plain value of the file, or a list of them. */
export type Given = { readonly value: Value } | { readonly list: readonly Given[] } | { readonly json: Json };

/** One call of a layer while it becomes operators. */
export interface LayerCall {
  readonly draft: Draft;
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  /** The values that it reads, in order. */
  readonly inputs: readonly Value[];
  readonly args: readonly Given[];
  readonly named: ReadonlyMap<string, Given>;
  /** True for Keras before version 3, and TensorFlow.js. */
  readonly old: boolean;
  /**
   * A weight of the layer.
   * @param shape as its settings require; null: any size
   * @throws ExplainError `model` where it is missing or has another shape
   */
  weight(name: string, shape: readonly (number | null)[]): TensorOf<'float32'>;
  /** The same, undefined if the file has none. */
  weightIf(wanted: boolean, name: string, shape: readonly (number | null)[]): TensorOf<'float32'> | undefined;
}

/** How a layer becomes operators. */
export interface LayerEntry {
  /** Its weights in the order in which Keras keeps them. */
  readonly slots?: (config: Config) => readonly Slot[];
  readonly build: (call: LayerCall) => Value;
}

/** The slots of the weights that the layer has. */
export const slotsOf = (...slots: readonly (Slot | false)[]): readonly Slot[] =>
  slots.filter((slot): slot is Slot => slot !== false);
