import type { GraphBuilder } from '../graph/build.ts';
import { int64 } from '../tensor/tensor.ts';
import type { Layer } from './layers.ts';

// A layer as the CAM family sees it, channels first and space in one axis, whatever its layout in the graph.

/** The layer's value as [channels, h · w]. */
export function activationsOf(b: GraphBuilder, layer: Layer): string {
  const [channels, height, width] = layer.shape;
  return b.node('Reshape', [layer.name, b.constant(int64([channels, height * width]))], {}, 'cam.activations');
}

/** A gradient [K, …the layer's shape] as [K, channels, h · w]. */
export function gradientsOf(b: GraphBuilder, gradient: string, layer: Layer): string {
  const [channels, height, width] = layer.shape;
  return b.node('Reshape', [gradient, b.constant(int64([-1, channels, height * width]))], {}, 'cam.gradients');
}

/** The way back: [B, channels, h · w] as B values of the layer. */
export function asLayer(b: GraphBuilder, value: string, layer: Layer): string {
  const [channels, height, width] = layer.shape;
  return b.node('Reshape', [value, b.constant(int64([-1, channels, height, width]))], {}, 'cam.layer');
}
