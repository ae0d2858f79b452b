import type { ExplainableModel } from '../method/method.ts';
import { float32, sizeOf, type TensorOf } from '../tensor/tensor.ts';

/** Waves of several lengths, as far from zero as preprocessed images, so that every filter responds to something. */
export function testImage({ graph, input }: ExplainableModel): TensorOf<'float32'> {
  const shape = graph.types.get(input)!.shape!.map(Number);
  const wave = (i: number) => Math.sin(i * 0.71) + Math.sin(i * 0.013 + 1) + Math.sin(i * 0.0011 + 2) / 2;
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => wave(i)),
  );
}

/** The image with each value a little off, up or down in turn, as rounding would have it. */
export const nudgedImage = ({ shape, data }: TensorOf<'float32'>): TensorOf<'float32'> =>
  float32(
    shape,
    data.map((value, i) => value * (1 + (i % 2 === 0 ? NUDGE : -NUDGE))),
  );

/** What a sum over a layer in float32 is off by, as a share of it. */
const NUDGE = 2 ** -20;
