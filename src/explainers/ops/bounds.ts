import type { Graph, Node } from '../graph/graph.ts';
import { producers } from '../graph/rewrite.ts';
import { lengthOf } from '../tensor/storedTensor.ts';
import { sizeOf, type Tensor, toNumbers } from '../tensor/tensor.ts';
import { isStatic } from './elements.ts';
import { scalarOf } from './families/elementwise.ts';
import type { OpEntry } from './op.ts';
import { opEntry } from './opTable.ts';
import { ANYTHING, ofLinear, type Range, type RangeContext } from './range.ts';

/** Longer chains are not followed, because a node that far back does not belong to the end of a network. */
const DEEPEST = 400;
/** Larger constants count as weights of either sign. */
const LOOKED_AT = 1 << 24;

/**
 * Bounds of a graph's values, derived from its operators, from the requested values back to the last weights; see
 * `range`.
 */
export class Bounds {
  readonly #graph: Graph;
  readonly made: ReadonlyMap<string, Node>;
  readonly #known = new Map<string, Range | undefined>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.made = producers(graph.nodes);
  }

  /** Bounds of a value; undefined if nothing is known, as after an undeclared operator. */
  of(value: string, depth = 0): Range | undefined {
    if (this.#known.has(value)) return this.#known.get(value);
    const range = depth > DEEPEST ? ANYTHING : this.#range(value, depth);
    this.#known.set(value, range);
    return range;
  }

  #range(value: string, depth: number): Range | undefined {
    const constant = this.#graph.constants.get(value);
    if (constant) {
      if (constant.dtype === 'string' || lengthOf(constant) > LOOKED_AT) return ANYTHING;
      return boundsOf(constant) ?? ANYTHING;
    }
    const node = this.made.get(value);
    if (!node) return ANYTHING;
    const entry = opEntry(node.op, node.domain);
    const rule =
      entry?.range ?? (entry?.role === 'linear' ? ofLinear : entry?.role === 'norm' ? () => ANYTHING : undefined);
    return rule?.(this.#context(node, depth));
  }

  #context(node: Node, depth: number): RangeContext {
    const size = (value: string | undefined) => this.elements(value ?? '');
    const [inside, outside] = [size(node.inputs[0]), size(node.outputs[0])];
    return {
      node,
      x: (i) => (node.inputs[i] ? this.of(node.inputs[i], depth + 1) : undefined),
      totalOf: (i, of) => this.totalOf(node.inputs[i] ?? '', node.inputs[of] ?? ''),
      atLeast: (i, of) => this.#atLeast(node.inputs[i] ?? '', node.inputs[of] ?? '', 8),
      perElement: inside && outside ? inside / outside : undefined,
    };
  }

  /** How many elements a value has; undefined if its shape is unknown. */
  elements(value: string): number | undefined {
    const shape = this.#graph.types.get(value)?.shape ?? this.#graph.constants.get(value)?.shape;
    return isStatic(shape) ? sizeOf(shape) : undefined;
  }

  entry(value: string): OpEntry | undefined {
    const node = this.made.get(value);
    return node && opEntry(node.op, node.domain);
  }

  /**
   * Whether a value is a total of another: reduced from it, then perhaps repeated, reshaped, kept above a constant, or
   * increased by a value that is not negative, as before a division. A written-out log Σ exp x counts as one.
   */
  totalOf(value: string, of: string, steps = 8): OpEntry['total'] {
    const node = this.made.get(value);
    const entry = this.entry(value);
    if (!node || !entry || steps === 0 || of === '') return undefined;
    const first = node.inputs[0]!;
    if (entry.total) return first === of ? entry.total : undefined;
    if (entry.moves) return this.totalOf(first, of, steps - 1);
    const others = node.inputs.filter((name) => name !== '' && !this.#graph.constants.has(name));
    if (others.length !== 1) return undefined;
    const inner = this.totalOf(others[0]!, of, steps - 1);
    const raised = inner && this.#atLeast(value, others[0]!, 1);
    if (raised) return inner;
    return this.#isLogOfSum(node, of) ? 'logSumExp' : undefined;
  }

  /** A total right after the reduction, before it is repeated, reshaped or kept from 0. */
  reducedFrom(value: string): string {
    let at = value;
    for (let i = 0; i < 12; i++) {
      const node = this.made.get(at);
      if (!node || this.entry(at)?.total) return at;
      at = node.inputs.find((name) => name !== '' && !this.#graph.constants.has(name)) ?? '';
    }
    return value;
  }

  /**
   * Log of the sum of the exponentials of `of`, derived from the three operators: Log undoes Exp, and the sum is a
   * total.
   */
  #isLogOfSum(log: Node, of: string): boolean {
    const total = this.made.get(log.inputs[0] ?? '');
    const exponential = this.made.get(total?.inputs[0] ?? '');
    if (!total || !exponential || this.entry(total.outputs[0]!)?.total !== 'sum') return false;
    if (exponential.inputs[0] !== of) return false;
    return inverse(log, exponential);
  }

  /** Whether a value is another one plus a value that is not negative, or the larger of it and something else. */
  #atLeast(value: string, of: string, steps: number): boolean {
    if (value === of) return true;
    const node = this.made.get(value);
    const entry = this.entry(value);
    if (!node || !entry || steps === 0) return false;
    const at = node.inputs.findIndex((name) => this.#atLeast(name, of, steps - 1));
    if (at < 0) return false;
    return (
      entry.raises?.(
        node.inputs.map((name, i) => (i === at || !name ? undefined : this.of(name))),
        at,
        node,
      ) ?? false
    );
  }
}

/** The least and the greatest element; undefined if there is none, or only NaN. */
function boundsOf(tensor: Tensor): Range | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // The last layer's weights are looked at each time that a model is read, so they are not copied.
  const elements = tensor.dtype === 'float32' || tensor.dtype === 'float64' ? tensor.data : toNumbers(tensor);
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!;
    if (element < low) low = element;
    if (element > high) high = element;
  }
  return low <= high ? { low, high } : undefined;
}

/** Whether one node of one input undoes another, tested on some numbers. */
function inverse(outer: Node, inner: Node): boolean {
  const [f, g] = [scalarOf(outer), scalarOf(inner)];
  if (!f || !g || outer.inputs.length !== 1 || inner.inputs.length !== 1) return false;
  return [-2, 0.5, 3].every((x) => Math.abs(f([g([x], false, inner)], false, outer) - x) < 1e-6);
}
