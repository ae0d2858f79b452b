import type { Layer, LayerLayout } from '../../contracts/layer.ts';
import type { GraphBuilder } from '../../graph/build.ts';
import { int64, sizeOf } from '../../tensor/tensor.ts';

// A layer in the form that the CAM family uses, channels first and space in one axis, whatever its layout in the graph.

/** The layer's value as [channels, h · w]. */
export function activationsOf(b: GraphBuilder, layer: Layer): string {
  const [channels, height, width] = layer.shape;
  const view = channelsFirst(b, layer.name, layer, false);
  return b.node('Reshape', [view, b.constant(int64([channels, height * width]))], {}, 'cam.activations');
}

/** A gradient [K, …the layer's shape] as [K, channels, h · w]. */
export function gradientsOf(b: GraphBuilder, gradient: string, layer: Layer): string {
  const [channels, height, width] = layer.shape;
  const view = channelsFirst(b, gradient, layer, true);
  return b.node('Reshape', [view, b.constant(int64([-1, channels, height * width]))], {}, 'cam.gradients');
}

/** The mean of a gradient [K, …the layer's shape] over the picture's places: [K, channels]. */
export function meanGradientsOf(b: GraphBuilder, gradient: string, layer: Layer): string {
  const { layout, shape } = layer;
  const [places, space] = MEANS[layout?.kind ?? 'channelsFirst'](b, gradient, layer);
  const mean = b.node('ReduceMean', [places, b.constant(int64(space))], { keepdims: 0 });
  return b.node('Reshape', [mean, b.constant(int64([-1, shape[0]]))], {}, 'cam.means');
}

/** The part of a gradient that belongs to the picture, and its spatial axes. */
type Spread = (b: GraphBuilder, gradient: string, layer: Layer) => readonly [string, readonly number[]];

const MEANS: Readonly<Record<LayerLayout['kind'], Spread>> = {
  channelsFirst: (_, gradient) => [gradient, [3, 4]],
  channelsLast: (_, gradient) => [gradient, [2, 3]],
  tokens: (b, gradient, layer) => [tokens(b, gradient, layer, 2), [2]],
  scattered: (b, gradient, layer) => [gradientsOf(b, gradient, layer), [2]],
};

/** The axis of the layer's value that holds its channels. */
export function channelAxis({ layout }: Layer): number {
  if (layout?.kind === 'scattered') return layout.channelAxis;
  return layout === undefined || layout.kind === 'channelsFirst' ? 1 : layout.kind === 'tokens' ? 2 : 3;
}

/** The picture's part of a value, or of its gradients [K, …], channels first, if a Reshape suffices. */
function channelsFirst(b: GraphBuilder, value: string, layer: Layer, seeds: boolean): string {
  const { layout } = layer;
  if (layout === undefined || layout.kind === 'channelsFirst') return value;
  if (layout.kind === 'scattered') return gathered(b, value, layer, layout, seeds);
  const leading = seeds ? 2 : 1;
  const places = layout.kind === 'tokens' ? tokens(b, value, layer, leading) : value;
  const axes = layout.kind === 'tokens' ? 2 : 3;
  const front = Array.from({ length: leading }, (_, axis) => axis);
  const space = Array.from({ length: axes - 1 }, (_, axis) => leading + axis);
  return b.node('Transpose', [places], { perm: [...front, leading + axes - 1, ...space] });
}

/** Channels first, the rest in one axis, and of that the picture's places in their order. */
function gathered(
  b: GraphBuilder,
  value: string,
  { shape }: Layer,
  layout: LayerLayout & { readonly kind: 'scattered' },
  seeds: boolean,
): string {
  const front = seeds ? [0] : [];
  const rank = front.length + layout.shape.length;
  const axis = front.length + layout.channelAxis;
  const others = Array.from({ length: rank }, (_, at) => at).filter((at) => at !== axis && !front.includes(at));
  const turned = b.node('Transpose', [value], { perm: [...front, axis, ...others] });
  const flat = b.node('Reshape', [
    turned,
    b.constant(int64([...front.map(() => -1), shape[0], sizeOf(layout.shape) / shape[0]])),
  ]);
  return b.node('Gather', [flat, b.constant(int64(layout.order))], { axis: rank - others.length });
}

/** The tokens that have a place; `axis` holds them. */
function tokens(b: GraphBuilder, value: string, { layout, shape: [, height, width] }: Layer, axis: number): string {
  const before = layout?.kind === 'tokens' ? layout.before : 0;
  const [start, stop, along] = [before, before + height * width, axis].map((number) => b.constant(int64([number])));
  return b.node('Slice', [value, start!, stop!, along!]);
}
