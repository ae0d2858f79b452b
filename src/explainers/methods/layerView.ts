import type { GraphBuilder } from '../graph/build.ts';
import { int64 } from '../tensor/tensor.ts';
import type { Layer, LayerLayout } from './layers.ts';

// A layer as the CAM family sees it, channels first and space in one axis, whatever its layout in the graph.

/** The layer's value as [channels, h · w]. */
export function activationsOf(b: GraphBuilder, layer: Layer): string {
  const [channels, height, width] = layer.shape;
  const view = channelsFirst(b, layer.name, layer, 1);
  return b.node('Reshape', [view, b.constant(int64([channels, height * width]))], {}, 'cam.activations');
}

/** A gradient [K, …the layer's shape] as [K, channels, h · w]. */
export function gradientsOf(b: GraphBuilder, gradient: string, layer: Layer): string {
  const [channels, height, width] = layer.shape;
  const view = channelsFirst(b, gradient, layer, 2);
  return b.node('Reshape', [view, b.constant(int64([-1, channels, height * width]))], {}, 'cam.gradients');
}

/** The mean over the picture's places of a gradient [K, …the layer's shape]: [K, channels]. */
export function meanGradientsOf(b: GraphBuilder, gradient: string, layer: Layer): string {
  const { layout, shape } = layer;
  const tokens = layout?.kind === 'tokens';
  const places = tokens ? slice(b, gradient, 2, layout.before, end(layout, shape)) : gradient;
  const space = tokens ? [2] : layout?.kind === 'channelsLast' ? [2, 3] : [3, 4];
  const mean = b.node('ReduceMean', [places, b.constant(int64(space))], { keepdims: 0 });
  return b.node('Reshape', [mean, b.constant(int64([-1, shape[0]]))], {}, 'cam.means');
}

/** The axis of the layer's value that holds its channels. */
export const channelAxis = ({ layout }: Layer): number =>
  layout === undefined || layout.kind === 'channelsFirst' ? 1 : layout.kind === 'tokens' ? 2 : 3;

/** The picture's part of a value with `leading` axes before the layer's own, channels first: all that Reshape needs. */
function channelsFirst(b: GraphBuilder, value: string, { layout, shape }: Layer, leading: number): string {
  if (layout === undefined || layout.kind === 'channelsFirst') return value;
  const places = layout.kind === 'tokens' ? slice(b, value, leading, layout.before, end(layout, shape)) : value;
  const axes = layout.kind === 'tokens' ? 2 : 3;
  const front = Array.from({ length: leading }, (_, axis) => axis);
  const space = Array.from({ length: axes - 1 }, (_, axis) => leading + axis);
  return b.node('Transpose', [places], { perm: [...front, leading + axes - 1, ...space] });
}

const end = (layout: LayerLayout & { readonly kind: 'tokens' }, [, height, width]: Layer['shape']) =>
  layout.before + height * width;

function slice(b: GraphBuilder, value: string, axis: number, from: number, to: number): string {
  const [start, stop, along] = [from, to, axis].map((number) => b.constant(int64([number])));
  return b.node('Slice', [value, start!, stop!, along!]);
}
