import { numberAttribute } from '../../graph/attributes.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { append } from '../../lists.ts';
import type { Bounds } from '../../ops/bounds.ts';
import type { OpEntry } from '../../ops/op.ts';
import { isAnything } from '../../ops/range.ts';
import { fromFront } from '../../ops/types.ts';
import { isFloat } from '../../tensor/dtype.ts';
import { isDifference, isElementwise, isExponential, isQuotient } from './scoreCurve.ts';

/** Whether a total is over all the elements of a value, over one each, or over some. */
export type Whole = 'all' | 'one' | 'some';

/** More element-wise operators than a written-out activation has in a row. */
const LONGEST_CHAIN = 8;

/** What single operators between the logits and the scores compute. */
export class ScoreOperators {
  readonly #graph: Graph;
  readonly #bounds: Bounds;

  constructor(graph: Graph, bounds: Bounds) {
    this.#graph = graph;
    this.#bounds = bounds;
  }

  /** Keeps the order of the elements' values. */
  rises(node: Node): boolean {
    const entry = this.#bounds.entry(node.outputs[0]!);
    return entry?.moves === true || entry?.rises === true;
  }

  /** The only input that depends on the image; undefined if there are several. */
  onlyOpen(node: Node): string | undefined {
    const open = new Set(node.inputs.filter((name) => name !== '' && !this.#graph.constants.has(name)));
    return open.size === 1 ? [...open][0] : undefined;
  }

  /** A value and the values that it is computed from element by element, apart from constants. */
  chain(value: string): readonly string[] {
    const found = [value];
    for (let i = 0; i < LONGEST_CHAIN; i++) {
      const node = this.#bounds.made.get(found.at(-1)!);
      const open = node && isElementwise(node) ? this.onlyOpen(node) : undefined;
      if (open === undefined) break;
      found.push(open);
    }
    return found;
  }

  /**
   * exp(x) / Σ exp(x), or x − log Σ exp x; a number subtracted from x first, the same for all classes, does not belong
   * to it.
   */
  writtenSoftmax(node: Node): { logits: string; logarithm?: true; whole: Whole } | undefined {
    const [a, b] = node.inputs as [string, string | undefined];
    if (b === undefined) return undefined;
    const total = this.#bounds.totalOf(b, a);
    if (total === 'logSumExp' && isDifference(node)) {
      return { logits: this.#unshifted(a), logarithm: true, whole: this.whole(a, b) };
    }
    const inner = this.#bounds.made.get(a);
    if (total !== 'sum' || !isQuotient(node) || !inner || !isExponential(inner)) return undefined;
    return { logits: this.#unshifted(inner.inputs[0]!), whole: this.whole(a, b) };
  }

  #unshifted(value: string): string {
    const node = this.#bounds.made.get(value);
    if (node && this.#bounds.entry(value)?.logarithm) return node.inputs[0]!;
    if (!node || !isDifference(node)) return value;
    const total = this.#bounds.totalOf(node.inputs[1]!, node.inputs[0]!);
    return total === 'largest' || total === 'logSumExp' ? node.inputs[0]! : value;
  }

  /** Whether a total of a value is over all its elements, over one each, or over some. */
  whole(value: string, total: string): Whole {
    const [n, m] = [this.#bounds.elements(value), this.#bounds.elements(this.#bounds.reducedFrom(total))];
    if (n === undefined || m === undefined) return 'some';
    return m === n ? 'one' : m === 1 ? 'all' : 'some';
  }

  /** The same for an operator that works along one axis. */
  along(node: Node, { activation }: OpEntry): Whole {
    if (activation === 'sigmoid') return 'some';
    const shape = this.#graph.types.get(node.inputs[0]!)?.shape ?? [];
    const along = shape[fromFront(numberAttribute(node, 'axis', -1), shape.length)];
    return along === 1 ? 'one' : along === this.#bounds.elements(node.inputs[0]!) ? 'all' : 'some';
  }

  /** Changes numbers only by rounding. */
  plain(node: Node): boolean {
    const entry = this.#bounds.entry(node.outputs[0]!);
    const type = this.#graph.types.get(node.outputs[0]!);
    return (
      entry?.moves === true || (entry?.role === 'shape' && entry.rises === true && isFloat(type?.dtype ?? 'float32'))
    );
  }

  /** Whether everything that is combined in a value is a share of one whole, as when softmaxes are averaged. */
  averagesShares(value: string): boolean {
    const waiting = [value];
    const seen = new Set<string>();
    let found = false;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next) || this.#graph.constants.has(next)) continue;
      seen.add(next);
      const [node, entry] = [this.#bounds.made.get(next), this.#bounds.entry(next)];
      if (!node || !entry || isAnything(this.#bounds.of(next)) || entry.activation === 'sigmoid') return false;
      const [a, b] = node.inputs as [string, string | undefined];
      const divided = b !== undefined && isQuotient(node) && this.#bounds.totalOf(b, a) === 'sum';
      if (entry.activation || divided || this.writtenSoftmax(node)) found = true;
      else append(waiting, entry.moves || entry.role === 'pool' ? [a] : node.inputs.filter((name) => name !== ''));
    }
    return found;
  }
}
