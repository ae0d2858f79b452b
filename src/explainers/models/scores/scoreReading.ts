import type { Node } from '../../graph/graph.ts';

/** A node that moves elements, and which of its outputs is meant. */
export interface Move {
  readonly node: Node;
  readonly output: string;
}

/**
 * A value of the graph read as class scores or logits: moved as the model moves what it makes of it, times `factor`,
 * plus `shift`.
 */
export interface Reading {
  readonly value: string;
  /** A value of the same type, where that of `value` is not known (it comes from an operator that nobody declared). */
  readonly like?: string;
  /** What only moves elements, to be repeated on the value, first to last. */
  readonly moves: readonly Move[];
  readonly factor?: number;
  readonly shift?: number;
  /** The value is made of several, each read by itself and joined again by the node. */
  readonly joined?: { readonly node: Node; readonly parts: readonly Reading[] };
  /** The value holds logarithms of what is read. */
  readonly logarithm?: true;
}

/** What stands between the logits of a network and its output. */
export interface ScoreTrace {
  /** The activation, one operator or written out; null: none, or one of another kind. */
  readonly found: 'sigmoid' | 'softmax' | null;
  /** The value before it; null where no single one stands behind a score, as where several heads are averaged. */
  readonly logits: Reading | null;
  /** The class scores, within 0…1; null where the graph does not show that there are any. */
  readonly scores: Reading | null;
  /** The scores are the activation of the logits, number for number. */
  readonly exact: boolean;
  /** The scores of all classes are shares of one whole. */
  readonly shares: boolean;
  /** The activation divides along an axis of one element: every score is 1, whatever the image. */
  readonly degenerate: boolean;
  /** The operators behind the activation that change numbers, first to last. */
  readonly passed: readonly string[];
}
