import type { Preprocessing } from '../contracts/card.ts';
import type { Engine } from '../engines/engine.ts';
import { forwardScores } from '../method/forward.ts';
import type { LoadedModel } from '../models/loadModel.ts';
import { DefaultRng } from '../numerics/randomPcg64.ts';
import { float32, sizeOf, type TensorOf } from '../tensor/tensor.ts';
import { fedEngine } from './models/fedEngine.ts';

/** Sides of the squares in the test images, in pixels. */
const SQUARES = [1, 1, 8, 32];

/**
 * A model whose graph does not show whether it outputs scores or logits is run on noise and read as its numbers
 * suggest. The noise is always the same, so that a model is never read in two ways. A model that cannot run is left
 * unchanged; whoever runs it gets the reason.
 */
export async function settledScores(loaded: LoadedModel, engine: Engine): Promise<LoadedModel> {
  if (!loaded.settle) return loaded;
  const { model, card } = loaded;
  const executable = await fedEngine(engine, loaded.standIns)
    .compile(model.graph)
    .catch(() => null);
  if (!executable) return loaded;
  try {
    const compiled = async () => executable;
    const seen: Float32Array[] = [];
    for (const [i, side] of SQUARES.entries()) {
      const input = noise(card.input, model.graph.types.get(model.input)!.shape as readonly number[], side, i);
      seen.push((await forwardScores({ model, input, compiled })).logits);
    }
    return loaded.settle(seen);
  } catch {
    return loaded;
  } finally {
    await executable.dispose();
  }
}

/** An image of random squares, preprocessed. */
function noise(input: Preprocessing, shape: readonly number[], side: number, seed: number): TensorOf<'float32'> {
  const random = new DefaultRng(seed);
  const [height, width] = input.size;
  const channels = input.mean.length;
  const columns = Math.ceil(width / side);
  const pixels = Float32Array.from(
    { length: channels * columns * Math.ceil(height / side) },
    () => random.random() * 255,
  );
  const data = new Float32Array(sizeOf(shape));
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const square = Math.floor(y / side) * columns + Math.floor(x / side);
        const pixel = pixels[square * channels + c]!;
        const at = input.layout === 'nchw' ? (c * height + y) * width + x : (y * width + x) * channels + c;
        data[at] = (pixel / input.scale - input.mean[c]!) / input.std[c]!;
      }
    }
  }
  return float32(shape, data);
}
