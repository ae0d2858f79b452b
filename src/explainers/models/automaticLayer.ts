import type { Layer } from '../contracts/layer.ts';
import type { Node } from '../graph/graph.ts';
import { allThrough, leadingTo } from './path.ts';

/** A layer, and the properties that decide whether it becomes the automatic one. */
export interface Candidate {
  readonly layer: Layer;
  readonly node: Node;
  /** All evidence for the logits passes through it. */
  readonly joined: boolean;
  /** It ends a normalisation. */
  readonly norm: boolean;
}

/** The candidates, and the path from the image to the logits. */
export interface Choice {
  readonly path: readonly Node[];
  readonly input: string;
  readonly candidates: readonly Candidate[];
  /** The products of two values of the image, in order. */
  readonly attentions: readonly Node[];
  /** Normalisations whose values could not be arranged on the picture. */
  readonly lostNorms: readonly Node[];
}

/** Why a layer is the automatic one. */
const REASONS = {
  joined: 'the last value with height and width that all evidence passes through',
  last: 'the last value with height and width',
  attention: 'the last attention’s input, normalised; after it, often only the class token is used',
  window: 'the last attention’s input, normalised',
  before: 'the last normalised value on the way to the last attention',
} as const;

/**
 * The last layer that everything flows through (after parallel branches have joined); if there is none, the last of
 * all. In a transformer, the input of its last attention, because after that often only the class token is used, so
 * that the picture's tokens have no gradient.
 */
export function automaticLayer(choice: Choice): { readonly layer: Layer | undefined; readonly reason: string } {
  const { candidates, path, attentions } = choice;
  const last = attentions.at(-1);
  const behind = last ? path.indexOf(last) : 0;
  const picture = candidates.findLast(({ joined, layer }) => joined && !layer.layout);
  // A convolution after the last attention gathers all of it.
  const read = last && !(picture && path.indexOf(picture.node) >= behind) ? readBy(choice, last) : undefined;
  if (read) return read;
  const joined = candidates.findLast((candidate) => candidate.joined);
  return joined
    ? { layer: joined.layer, reason: REASONS.joined }
    : { layer: candidates.at(-1)?.layer, reason: REASONS.last };
}

/** The normalised tokens that an attention reads, or the last ones before it if it reads a sum with other values. */
function readBy(choice: Choice, attention: Node): { readonly layer: Layer; readonly reason: string } | undefined {
  const { path, input, candidates, attentions, lostNorms } = choice;
  const leading = leadingTo(path, attention);
  const norms = candidates.filter(({ norm, layer }) => norm && layer.layout && leading.has(layer.name));
  const last = norms.at(-1);
  if (!last) return undefined;
  const at = (node: Node) => path.indexOf(node);
  const passed = (layer: Layer) => allThrough(path, input, layer.name, attention);
  // Queries or keys may be normalised once more, separately; their common source is earlier, in the same block.
  const mixes = attentions.filter(
    (node) => at(node) < at(last.node) && leadingTo(path, last.node).has(node.outputs[0]!),
  );
  const start = mixes.length > 0 ? at(mixes.at(-1)!) : -1;
  const found = norms.findLast(({ layer, node }) => at(node) > start && passed(layer));
  const laidOut = (node: Node) =>
    !lostNorms.some(
      (lost) => at(lost) > at(node) && at(lost) < at(attention) && allThrough(path, input, lost.outputs[0]!, attention),
    );
  if (!found || !laidOut(found.node)) return { layer: last.layer, reason: REASONS.before };
  const { layout } = found.layer;
  const classToken = layout?.kind === 'tokens' && layout.before > 0;
  return { layer: found.layer, reason: classToken ? REASONS.attention : REASONS.window };
}
