import type { TensorOf } from '../../tensor/tensor.ts';
import type { Layer } from './topology.ts';

/** A weight of a layer, under its name in the table of layers. */
export interface Slot {
  /** 'kernel', or 'query/kernel' for a part of a layer. */
  readonly name: string;
  /** Its names in other versions. */
  readonly also?: readonly string[];
  /** Its path below the layer's group in `.keras` files; absent: `vars/` and its place among the slots. */
  readonly stored?: string;
}

/**
 * A layer's weights in a file, by their names in the table of layers; missing weights are not in the map.
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
