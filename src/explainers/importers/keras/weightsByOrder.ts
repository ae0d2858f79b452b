import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { isOperation } from '../layers/layers.ts';
import type { Layer, Network } from '../layers/topology.ts';
import type { LayerWeights, Slot, WeightStore } from '../layers/weights.ts';
import type { Hdf5Content } from './hdf5.ts';

/** Where versions keep the layers below their model. */
const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'];

/**
 * Weights as `.keras` files address them: by a layer's class, not its name, numbered in the order of the layers:
 * `layers/conv2d/vars/0`, `layers/conv2d_1/vars/0` …, and models within models in the same way.
 */
export class WeightsByOrder implements WeightStore {
  readonly #content: Hdf5Content;
  readonly #groups = new Map<Layer, string>();

  constructor(network: Network, content: Hdf5Content) {
    this.#content = content;
    this.#number(network, '');
  }

  of(layer: Layer, _within: readonly Layer[], slots: readonly Slot[]): LayerWeights {
    const group = this.#groups.get(layer);
    const found = new Map<string, TensorOf<'float32'>>();
    for (const [i, { name, stored }] of slots.entries()) {
      const array = this.#content.arrays.get(`${group}/${stored ?? `vars/${i}`}`);
      if (array) found.set(name, float32(array.shape, array.data));
    }
    return found;
  }

  #number({ layers }: Network, parent: string): void {
    const container = CONTAINERS.find((name) => this.#content.attributes.has(`${parent}/${name}`)) ?? CONTAINERS[0];
    const used = new Map<string, number>();
    for (const layer of layers) {
      if (isOperation(layer.module)) continue;
      const name = snakeCase(layer.className);
      const count = used.get(name) ?? 0;
      used.set(name, count + 1);
      const group = `${parent}/${container}/${count === 0 ? name : `${name}_${count}`}`;
      this.#groups.set(layer, group);
      if (layer.network) this.#number(layer.network, group);
    }
  }
}

/** Keras' own rule: 'MultiHeadAttention' → 'multi_head_attention', 'Conv2D' → 'conv2d'. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
