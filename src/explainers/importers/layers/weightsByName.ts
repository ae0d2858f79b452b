import type { TensorOf } from '../../tensor/tensor.ts';
import { damaged } from '../problem.ts';
import type { Layer } from './topology.ts';
import type { LayerWeights, Slot, WeightStore } from './weights.ts';

/** A weight as a file lists it. */
export interface NamedWeight {
  /** 'conv1/kernel' or 'conv1/kernel:0', with the layer's name and perhaps those of models around it. */
  readonly name: string;
  /** Reads it; throws ExplainError `model`. */
  readonly read: () => TensorOf<'float32'>;
}

/**
 * Weights that are addressed by names, as `.h5` files and TensorFlow.js have them.
 * @param listOf the weights that include those of a layer, and whether they include no others
 */
export class WeightsByName implements WeightStore {
  readonly #listOf: (outermost: Layer) => readonly NamedWeight[];
  readonly #ownGroups: boolean;

  constructor(listOf: (outermost: Layer) => readonly NamedWeight[], ownGroups: boolean) {
    this.#listOf = listOf;
    this.#ownGroups = ownGroups;
  }

  of(layer: Layer, within: readonly Layer[], slots: readonly Slot[]): LayerWeights {
    const list = this.#listOf(within[0] ?? layer);
    const found = new Map<string, TensorOf<'float32'>>();
    // A group with exactly as many weights as the layer is in Keras' order, whatever the names are.
    if (this.#ownGroups && within.length === 0 && list.length === slots.length) {
      for (const [i, { name }] of slots.entries()) found.set(name, list[i]!.read());
      return found;
    }
    for (const slot of slots) {
      const weight = weightOf(list, layer, within, slot);
      if (weight) found.set(slot.name, weight.read());
    }
    return found;
  }
}

function weightOf(
  list: readonly NamedWeight[],
  layer: Layer,
  within: readonly Layer[],
  { name, also = [] }: Slot,
): NamedWeight | undefined {
  for (const slot of [name, ...also]) {
    const ending = `${layer.name}/${slot}`;
    const candidates = list.filter((weight) => endsWith(plainName(weight.name), ending));
    if (candidates.length <= 1) {
      if (candidates[0]) return candidates[0];
      continue;
    }
    const exact = candidates.filter((weight) => plainName(weight.name) === ending);
    if (exact.length === 1) return exact[0];
    const around = candidates.filter((weight) => within.every((model) => weight.name.split('/').includes(model.name)));
    if (around.length === 1) return around[0];
    throw damaged(`The file has several weights that may be '${slot}' of layer '${layer.name}'.`, layer.name);
  }
  return undefined;
}

/** Without TensorFlow's output number. */
const plainName = (name: string) => name.replace(/:\d+$/, '');

const endsWith = (name: string, ending: string) => name === ending || name.endsWith(`/${ending}`);
