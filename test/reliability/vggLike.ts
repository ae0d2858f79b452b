import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { float32 } from '../../src/explainers/tensor/tensor.ts';

/** VGG11's convolutions: channels, and M for a pool that halves the image. */
const LAYERS = [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'] as const;

/** Random weights as He's initialisation has them, the same each time. */
function weights(shape: readonly number[], seed: number) {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const scale = Math.sqrt(6 / (size / shape[0]!));
  const data = new Float32Array(size);
  let state = seed;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = (state / 2 ** 31 - 1) * scale;
  }
  return float32(shape, data);
}

/**
 * VGG11 with random weights. `width` 1: as published, 507 MB; the weights grow with its square.
 * @param size height and width of the image, a multiple of 32
 */
export function vggLike({ width = 1, size = 224, classes = 1000 } = {}): Graph {
  const b = new GraphBuilder('vggLike');
  let value = b.input('image', { dtype: 'float32', shape: [1, 3, size, size] });
  let channels = 3;
  for (const [i, layer] of LAYERS.entries()) {
    if (layer === 'M') {
      value = b.node('MaxPool', [value], { kernel_shape: [2, 2], strides: [2, 2] });
      continue;
    }
    const next = Math.max(4, Math.round(layer * width));
    value = b.node('Relu', [
      b.node('Conv', [value, b.constant(weights([next, channels, 3, 3], i + 1))], { pads: [1, 1, 1, 1] }),
    ]);
    channels = next;
  }
  value = b.node('Flatten', [value]);
  let features = channels * (size / 32) ** 2;
  const hidden = Math.max(8, Math.round(4096 * width));
  for (const [i, outputs] of [hidden, hidden, classes].entries()) {
    value = b.node('Gemm', [value, b.constant(weights([outputs, features], 100 + i))], { transB: 1 }, `dense${i}`);
    if (i < 2) value = b.node('Relu', [value]);
    features = outputs;
  }
  b.setOutputs([value]);
  return b.build();
}
