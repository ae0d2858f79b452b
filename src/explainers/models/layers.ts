import type { Layer } from '../contracts/layer.ts';
import { errorText } from '../errorText.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { readsOf } from '../graph/rewrite.ts';
import { opEntry } from '../ops/opTable.ts';
import { lengthOf } from '../tensor/storedTensor.ts';
import { automaticLayer, type Candidate } from './automaticLayer.ts';
import { layerPlaceOf } from './layouts/layerPlace.ts';
import { layoutsOf } from './layouts/layouts.ts';
import type { Layout, Shape } from './layouts/places.ts';
import { countReaders, nodesBetween } from './path.ts';
import { classMaps } from './scores/classMaps.ts';

/**
 * The values that Grad-CAM and its family can use: channels over more than one pixel, in any order, computed from the
 * image and used for the logits. One of them is the automatic one (see {@link automaticLayer}).
 * @param imageLayout default: inferred from the axis of the input that can hold its channels
 * @param overPlaces the logits are a reduction over all places of maps of classes, which are no automatic layer
 */
export function findLayers(
  graph: Graph,
  input: string,
  logits: string,
  imageLayout: 'nchw' | 'nhwc' = layoutOfImage(graph, input),
  overPlaces = false,
): readonly Layer[] {
  const path = nodesBetween(graph, input, logits);
  const layouts = layoutsOf(graph, path, input, imageLayout === 'nhwc');
  const candidates: Candidate[] = [];
  const lostNorms: Node[] = [];
  const readersLeft = countReaders(path, logits);
  const live = new Set([input]);
  // A batch normalisation has constant statistics and only scales. A written-out normalisation ends in a scale, and
  // usually a shift, of a value that was divided by another.
  const scaled = new Set<string>();
  const divided = new Set<string>();
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
    const value = node.outputs[0]!;
    const scales = entry?.role === 'product' && carried.length === 1;
    if (scales) scaled.add(value);
    if (entry?.role === 'product' && carried.length > 1) divided.add(value);
    const norm =
      (entry?.role === 'norm' && entry.frozen !== undefined) ||
      (entry?.role === 'sum' && carried.length === 1 && scaled.has(carried[0]!)) ||
      (scales && divided.has(carried[0]!) && hasVector(graph, node));
    if (norm && !layouts.has(value)) lostNorms.push(node);
    const place = layerPlaceOf(layouts.get(value), staticShape(graph, value));
    // An operator that only moves the elements of one value shows nothing new; one that joins several does.
    if (!place || (entry?.role === 'shape' && carried.length < 2)) continue;
    const layer: Layer = { name: value, op: node.op, ...place, automatic: false };
    candidates.push({ layer, node, joined: live.size === 1 && live.has(value), norm });
  }
  const attentions = path.filter((node) => isAttention(graph, node));
  const { layer: chosen, reason } =
    (overPlaces && lastFeatures(graph, path, logits, candidates)) ||
    automaticLayer({ path, input, candidates, attentions, lostNorms });
  const end = lostAt(path, input, layouts, logits);
  return candidates.map(({ layer }) =>
    layer === chosen
      ? { ...layer, automatic: true, reason: errorText(end ? `${reason}; ${lostNote(end)}` : reason) }
      : layer,
  );
}

/** The last layer with features that every map of classes is computed from; undefined: all hold scores. */
function lastFeatures(graph: Graph, path: readonly Node[], logits: string, candidates: readonly Candidate[]) {
  const { scores, common } = classMaps(graph, path, logits);
  const found = candidates.findLast(
    ({ layer, node }) => common.has(layer.name) && !scores.has(layer.name) && !resizes(graph, node),
  );
  return found && { layer: found.layer, reason: 'the last features that every map of classes is computed from' };
}

/** True if a node pools or enlarges the picture, which shows nothing that was not visible before. */
function resizes(graph: Graph, node: Node): boolean {
  const rank = (value: string) => graph.types.get(value)?.shape?.length;
  return opEntry(node.op, node.domain)?.role === 'pool' && rank(node.inputs[0]!) === rank(node.outputs[0]!);
}

const lostNote = ({ op, name }: Node) =>
  `values after ${op}${name ? ` '${name}'` : ''} could not be arranged on the picture, so a later layer may be the usual choice`;

function staticShape(graph: Graph, value: string): Shape | undefined {
  const shape = graph.types.get(value)?.shape;
  return shape?.every((dim) => typeof dim === 'number') ? (shape as Shape) : undefined;
}

/** Channels last if only the last axis can hold the channels. */
function layoutOfImage(graph: Graph, input: string): 'nchw' | 'nhwc' {
  const [, first, , last] = graph.types.get(input)?.shape ?? [];
  const channels = (dim: unknown) => typeof dim === 'number' && dim <= 4;
  return channels(last) && !channels(first) ? 'nhwc' : 'nchw';
}

/** The node at which the values that reach the logits lose the picture; undefined if it can be followed to the end. */
function lostAt(
  path: readonly Node[],
  input: string,
  layouts: ReadonlyMap<string, Layout>,
  logits: string,
): Node | undefined {
  const made = new Map(path.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const lost = (value: string) => value !== input && made.has(value) && !layouts.has(value);
  let node = lost(logits) ? made.get(logits) : undefined;
  for (;;) {
    const before: string | undefined = node && readsOf(node).find(lost);
    if (before === undefined) return node;
    node = made.get(before);
  }
}

/** True if a node reads a constant of more than one element: a scale per channel. */
const hasVector = (graph: Graph, node: Node) =>
  node.inputs.some((input) => {
    const constant = graph.constants.get(input);
    return constant !== undefined && lengthOf(constant) > 1;
  });

/** A product of two matrices that both depend on the image; a convolution whose weights do is no attention. */
function isAttention(graph: Graph, node: Node): boolean {
  const entry = opEntry(node.op, node.domain);
  if (entry?.role !== 'linear' || entry.linear?.convolution) return false;
  return node.inputs.filter((input) => input !== '' && !graph.constants.has(input)).length > 1;
}
