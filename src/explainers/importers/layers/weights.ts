import type { TensorOf } from '../../tensor/tensor.ts';
import type { Layer } from './topology.ts';

/** A weight of a layer: its name as the table of layers has it. */
export interface Slot {
  /** 'kernel', or 'query/kernel' for a part of a layer. */
  readonly name: string;
  /** Names under which other versions keep it. */
  readonly also?: readonly string[];
  /** Where `.keras` files have it below the layer's group; absent: `vars/` and its place among the slots. */
  readonly stored?: string;
}

/**
 * A layer's weights in a file, by the names that the table of layers gives them; a weight that is absent is not in the
 * map.
 */
export type LayerWeights = ReadonlyMap<string, TensorOf<'float32'>>;

/** Where the weights of a model's layers come from. */
export interface WeightStore {
  /**
   * @param within the models that hold the layer, the outermost first
   * @throws ExplainError `model` where they are missing or ambiguous
   */
  of(layer: Layer, within: readonly Layer[], slots: readonly Slot[]): LayerWeights;
}
