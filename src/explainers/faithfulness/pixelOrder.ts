import { MASKS, type MaskShape } from '../perturbation/maskedGraph.ts';
import { float32, int64, type Tensor } from '../tensor/tensor.ts';

/** Input of the graph: each pixel's position in the order of change, [H, W]. */
export const PLACES = 'places';

/**
 * How many pixels are changed: `masks` [B, 1]; pixels with a lower position take the fill. Only these numbers are sent.
 */
export const FIRST_PLACES: MaskShape = {
  key: 'first places',
  masked(b, { batch, size, channelAxis, image, fill }) {
    const counts = b.input(MASKS, { dtype: 'float32', shape: [batch, 1] });
    const places = b.input(PLACES, { dtype: 'float32', shape: size });
    const column = b.node('Reshape', [counts, b.constant(int64([batch, 1, 1]))]);
    const changed = b.node('Less', [places, column], {}, 'changed');
    return b.node(
      'Where',
      [b.node('Unsqueeze', [changed, b.constant(int64([channelAxis]))]), fill, image],
      {},
      'masked',
    );
  },
};

/** The map's pixels from the largest value down; among equal values, the first in row-major order comes first. */
export function fromLargest(values: Float32Array): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b);
}

/** The feed of {@link PLACES} for an order of pixels. */
export function placesOf(order: Uint32Array, size: readonly [number, number]): Tensor {
  const places = new Float32Array(order.length);
  for (let place = 0; place < order.length; place++) places[order[place]!] = place;
  return float32(size, places);
}
