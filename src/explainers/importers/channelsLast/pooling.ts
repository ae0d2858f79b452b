import type { Draft } from './draft.ts';
import type { Value } from './value.ts';
import { slide, type Window } from './window.ts';

/** The largest value or the mean of each window; padding counts in neither. */
export function pooling(d: Draft, x: Value, op: 'MaxPool' | 'AveragePool', window: Omit<Window, 'dilations'>): Value {
  const [batch, height, width, channels] = x.shape;
  const { attributes, size } = slide([height!, width!], { ...window, dilations: [1, 1] });
  return {
    name: d.node(op, [d.channelsFirst(x)], attributes),
    shape: [batch!, ...size, channels!],
    order: 'channelsFirst',
  };
}

/** The largest value or the mean of the whole image: [batch, channels], or [batch, 1, 1, channels]. */
export function globalPooling(d: Draft, x: Value, op: 'GlobalMaxPool' | 'GlobalAveragePool', keep: boolean): Value {
  const [batch, , , channels] = x.shape;
  const name = d.node(op, [d.channelsFirst(x)]);
  return keep
    ? { name, shape: [batch!, 1, 1, channels!], order: 'channelsFirst' }
    : { name: d.node('Flatten', [name], { axis: 1 }), shape: [batch!, channels!], order: 'plain' };
}
