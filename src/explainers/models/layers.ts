import type { Graph, Node } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';
import type { Layer, LayerLayout } from '../methods/layers.ts';
import { opEntry } from '../ops/opTable.ts';
import { lengthOf } from '../tensor/storedTensor.ts';
import { type Layout, layoutsOf } from './layouts.ts';

/** Why a layer is the automatic one. */
const REASONS = {
  joined: 'the last value with height and width that all evidence passes through',
  last: 'the last value with height and width',
  attention: 'what the last attention reads, normalised; behind it, often the class token alone is looked at',
  window: 'what the last attention reads, normalised',
} as const;

type Found = Layer & { readonly joined: boolean; readonly norm: boolean };

/**
 * The values that Grad-CAM and its family can look at: channels over more than one pixel, channels first or last or as tokens,
 * computed from the image and used for the logits. The automatic one is the last that everything flows through (parallel
 * branches joined); where there is no such value, the last at all. In a transformer, what its last attention reads: behind
 * that, often only the class token is looked at, so that the picture's tokens have no gradient.
 */
export function findLayers(graph: Graph, input: string, logits: string): readonly Layer[] {
  const path = nodesBetween(graph, input, logits);
  const layouts = layoutsOf({ ...graph, nodes: path });
  // Beside attention's heads and windows, what has four axes need not be a picture.
  const attends = path.some((node) => isAttention(graph, node));
  const layers: Found[] = [];
  const readersLeft = countReaders(path, logits);
  const live = new Set([input]);
  // A normalisation written out ends in a scale, and mostly a shift, of what another value has divided.
  const scaled = new Set<string>();
  const divided = new Set<string>();
  /** How many layers there were when the last attention came. */
  let beforeAttention = 0;
  for (const node of path) {
    for (const value of new Set(readsOf(node))) {
      const left = readersLeft.get(value);
      if (left === undefined) continue;
      readersLeft.set(value, left - 1);
      if (left === 1) live.delete(value);
    }
    for (const output of node.outputs) if (readersLeft.has(output)) live.add(output);
    const carried = node.inputs.filter((each) => each !== '' && !graph.constants.has(each));
    const entry = opEntry(node.op, node.domain);
    if (isAttention(graph, node)) beforeAttention = layers.length;
    const value = node.outputs[0]!;
    const scales = entry?.role === 'product' && carried.length === 1;
    if (scales) scaled.add(value);
    if (entry?.role === 'product' && carried.length > 1) divided.add(value);
    const place = spatial(graph, value, layouts.get(value));
    // What only moves the elements of one value shows nothing new, and may hold the channels last; what joins several does.
    const moves = entry?.role === 'shape' && carried.length < 2;
    if (!place || moves || (attends && !layouts.has(value))) continue;
    layers.push({
      name: value,
      op: node.op,
      ...place,
      automatic: false,
      joined: live.size === 1 && live.has(value),
      norm:
        entry?.role === 'norm' ||
        (entry?.role === 'sum' && carried.length === 1 && scaled.has(carried[0]!)) ||
        (scales && divided.has(carried[0]!) && hasVector(graph, node)),
    });
  }
  const { layer: chosen, reason } = automaticOf(layers, beforeAttention);
  return layers.map(({ joined: _, norm: __, ...layer }) =>
    layer.name === chosen?.name ? { ...layer, automatic: true, reason } : layer,
  );
}

const hasClassToken = ({ layout }: Layer) => layout?.kind === 'tokens' && layout.before > 0;

/** True where a node reads a constant of more than one element: a scale per channel. */
const hasVector = (graph: Graph, node: Node) =>
  node.inputs.some((input) => {
    const constant = graph.constants.get(input);
    return constant !== undefined && lengthOf(constant) > 1;
  });

/** A product of two values that both depend on the image (a convolution's weights never do, even where they are computed). */
function isAttention(graph: Graph, node: Node): boolean {
  const entry = opEntry(node.op, node.domain);
  if (entry?.role !== 'linear' || entry.linear?.convolution) return false;
  return node.inputs.filter((input) => input !== '' && !graph.constants.has(input)).length > 1;
}

function automaticOf(
  layers: readonly Found[],
  beforeAttention: number,
): { readonly layer: Found | undefined; readonly reason: string } {
  const read = layers.slice(0, beforeAttention).findLast((layer) => layer.norm && layer.layout);
  const picture = layers.findLastIndex((layer) => layer.joined && !layer.layout);
  // A convolution behind the last attention gathers it all.
  if (read && picture < beforeAttention)
    return { layer: read, reason: hasClassToken(read) ? REASONS.attention : REASONS.window };
  const joined = layers.findLast((layer) => layer.joined);
  return joined ? { layer: joined, reason: REASONS.joined } : { layer: layers.at(-1), reason: REASONS.last };
}

/** The nodes on some way from the input to the logits, in order. */
function nodesBetween(graph: Graph, input: string, logits: string): readonly Node[] {
  const after = new Set([input]);
  const reached = graph.nodes.filter((node) => {
    if (!readsOf(node).some((value) => after.has(value))) return false;
    for (const output of node.outputs) if (output !== '') after.add(output);
    return true;
  });
  const before = new Set([logits]);
  return reached
    .reverse()
    .filter((node) => {
      if (!node.outputs.some((value) => before.has(value))) return false;
      for (const value of readsOf(node)) if (after.has(value)) before.add(value);
      return true;
    })
    .reverse();
}

/** How many nodes of the path read each of its values; the logits have one reader more, who never comes. */
function countReaders(path: readonly Node[], logits: string): Map<string, number> {
  const counts = new Map<string, number>([[logits, 1]]);
  for (const node of path) for (const value of new Set(readsOf(node))) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

interface Place {
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number];
  readonly layout?: LayerLayout;
}

/** A value's channels, height and width, where it has more than one pixel. Channels first unless something else is known. */
function spatial(graph: Graph, value: string, layout: Layout | undefined): Place | undefined {
  const shape = graph.types.get(value)?.shape;
  if (shape?.[0] !== 1 || !shape.every((dim) => typeof dim === 'number')) return undefined;
  const place = placed(shape as readonly number[], layout);
  return place && place.shape[1] > 1 && place.shape[2] > 1 ? place : undefined;
}

function placed(shape: readonly number[], layout: Layout | undefined): Place | undefined {
  if (layout?.kind === 'tokens') return { shape: [shape[2]!, ...layout.grid], layout };
  if (shape.length !== 4) return undefined;
  const [, a, b, c] = shape as [number, number, number, number];
  return layout?.kind === 'channelsLast' ? { shape: [c, a, b], layout } : { shape: [a, b, c] };
}
