import type { Graph, Node } from '../../graph/graph.ts';
import type { Bounds } from '../../ops/bounds.ts';
import type { OpEntry } from '../../ops/op.ts';
import { isAnything, type Range } from '../../ops/range.ts';
import {
  curveBetween,
  direction,
  isElementwise,
  isLogarithm,
  isQuotient,
  isRisingLine,
  sigmoidFit,
} from './scoreCurve.ts';
import { ScoreOperators, type Whole } from './scoreOperators.ts';
import type { Move, Reading, ScoreTrace } from './scoreReading.ts';

/** Rounding, and protection against a division by 0, may lead slightly out of 0…1. */
const SLACK = 0.01;
export const isUnit = (range: Range | undefined) =>
  range !== undefined && range.low >= -SLACK && range.high <= 1 + SLACK;

/** A reading, or the ones it is joined from; their values are in the graph. */
export const partsOf = (reading: Reading): readonly Reading[] => reading.joined?.parts.flatMap(partsOf) ?? [reading];

/** More than the end of any network has. */
const MOST_STEPS = 100;
const FURTHER = 4;

/** Walks from an output back to the values it is computed from. */
export function traceScores(graph: Graph, bounds: Bounds, output: string): ScoreTrace {
  return new Walk(graph, bounds, output).result();
}

class Walk {
  readonly #graph: Graph;
  readonly #bounds: Bounds;
  readonly #operators: ScoreOperators;
  /** Output first. */
  readonly #values: string[];
  /** The operator that computes each of the values from the next one. */
  readonly #nodes: Node[] = [];
  #found: ScoreTrace['found'] = null;
  #logits: Omit<Reading, 'moves'> | null = null;
  #logarithm = false;
  #shares = false;
  #degenerate = false;
  /** The last value whose elements each depend on one element alone; a division by the sum depends on all. */
  #top: string | undefined;

  constructor(graph: Graph, bounds: Bounds, output: string) {
    this.#graph = graph;
    this.#bounds = bounds;
    this.#operators = new ScoreOperators(graph, bounds);
    this.#values = [output];
    for (let i = 0; i < MOST_STEPS && this.#step(); i++);
  }

  get #last(): string {
    return this.#values.at(-1)!;
  }

  /** One value further back; false at the activation, at the logits, or where several values meet. */
  #step(): boolean {
    const value = this.#last;
    const [node, entry] = [this.#bounds.made.get(value), this.#bounds.entry(value)];
    if (!node || !entry) return false;
    if (entry.activation)
      return this.#end(entry.activation, node.inputs[0]!, entry.logarithm, this.#operators.along(node, entry));
    const softmax = this.#operators.writtenSoftmax(node);
    if (softmax) return this.#end('softmax', softmax.logits, softmax.logarithm, softmax.whole);
    if (entry.joins && node.inputs.length > 1) return this.#join(node);
    const from = this.#carrier(node, entry);
    if (from === undefined) return false;
    this.#nodes.push(node);
    this.#values.push(from);
    this.#top ??= isUnit(this.#bounds.of(value)) ? value : undefined;
    if (this.#top === undefined || !isAnything(this.#bounds.of(from))) return true;
    this.#fit(from);
    return false;
  }

  #end(found: 'sigmoid' | 'softmax', logits: string, logarithm: true | undefined, whole: Whole): false {
    this.#found = found;
    this.#logits = { value: logits, like: this.#last };
    this.#logarithm = logarithm ?? false;
    if (found === 'softmax') this.#note(whole);
    if (!logarithm && this.#nodes.some((node) => !this.#operators.plain(node))) this.#follow(found, logits);
    return false;
  }

  /** Operators after an activation may invert it (1 − p), or use more than one number. */
  #follow(found: 'sigmoid' | 'softmax', logits: string): void {
    const top = (this.#top ??= this.#values[0]!);
    const curve = curveBetween(this.#graph, this.#bounds, this.#last, top);
    const way = curve ? direction(curve, [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) : 1;
    if (way === 1) return;
    this.#logits = way === -1 ? { value: logits, factor: -1 } : null;
    if (found === 'sigmoid' && way === -1) this.#fit(logits);
  }

  /** A sigmoid per class, or p and 1 − p of a single one: the logits are those of the parts. */
  #join(node: Node): false {
    const parts: Reading[] = [];
    for (const input of node.inputs) {
      const { found, logits } = traceScores(this.#graph, this.#bounds, input);
      if (found !== 'sigmoid' || !logits) return false;
      parts.push(logits);
    }
    this.#end('sigmoid', this.#last, undefined, 'some');
    if (this.#logits) this.#logits = { ...this.#logits, joined: { node, parts } };
    const single = node.inputs.every((input) => this.#bounds.elements(input) === 1);
    const [a, b] = parts as [Reading, Reading];
    this.#shares = single && parts.length === 2 && (this.#turnsOver(a, b) || this.#turnsOver(b, a));
    return false;
  }

  /** Whether a reading is another one of the same value, inverted. */
  #turnsOver(from: Reading, to: Reading): boolean {
    const curve = curveBetween(this.#graph, this.#bounds, from.value, to.value);
    const line = ({ factor = 1, shift = 0 }: Reading, x: number) => factor * x + shift;
    return curve !== null && [-3, -0.5, 0, 1, 4].every((x) => Math.abs(line(from, x) + line(to, curve(x))) < 1e-5);
  }

  #note(whole: Whole): void {
    if (whole === 'all') this.#shares = true;
    if (whole === 'one') this.#degenerate = true;
  }

  /** Unbounded numbers that are each mapped into 0…1 on their own are logits, whatever the mapping. */
  #fit(base: string): void {
    const curve = curveBetween(this.#graph, this.#bounds, base, this.#top!);
    const largest = curveBetween(this.#graph, this.#bounds, base, this.#top!, 'largest');
    if (!curve || !largest) {
      if (this.#nodes.every((node) => this.#operators.rises(node))) this.#logits = { value: base };
      return;
    }
    let [value, fit] = [base, sigmoidFit(curve)];
    // A written-out factor (−x, x / 2) is part of the activation, so its own input is the logit.
    for (let i = 0, at: string | undefined = base; fit && (fit.factor !== 1 || fit.shift !== 0) && i < FURTHER; i++) {
      const node = this.#bounds.made.get(at);
      at = node && isElementwise(node) ? this.#operators.onlyOpen(node) : undefined;
      const further = at === undefined ? null : curveBetween(this.#graph, this.#bounds, at, this.#top!);
      const plain = further && sigmoidFit(further);
      if (at === undefined || !plain) break;
      if (plain.factor === 1 && plain.shift === 0) [value, fit] = [at, plain];
    }
    const ways = [direction(curve), direction(largest)];
    if (fit && sigmoidFit(largest)?.factor === sigmoidFit(curve)?.factor) {
      this.#found = 'sigmoid';
      this.#logits = {
        value,
        ...(fit.factor !== 1 && { factor: fit.factor }),
        ...(fit.shift !== 0 && { shift: fit.shift }),
      };
    } else if (ways[0] !== 0 && ways[0] === ways[1]) {
      this.#logits = { value: base, ...(ways[0] === -1 && { factor: -1 }) };
    }
  }

  /**
   * The input from which a node computes its elements one by one, apart from constants and totals; undefined if several
   * values meet.
   */
  #carrier(node: Node, entry: OpEntry): string | undefined {
    const [a, b] = node.inputs as [string, string | undefined];
    if (entry.moves) return a;
    if (entry.shares?.(node)) {
      this.#divides(a, this.#operators.along(node, entry));
      return a;
    }
    if (!isElementwise(node)) return entry.rises ? a : undefined;
    const only = this.#operators.onlyOpen(node);
    if (only !== undefined) return only;
    if (b === undefined || node.inputs.length !== 2) return undefined;
    const total = this.#bounds.totalOf(b, a);
    if (isQuotient(node) && (total === 'sum' || total === 'sizes') && (this.#bounds.of(a)?.low ?? -1) >= 0) {
      this.#divides(a, this.#operators.whole(a, b));
      return a;
    }
    // e / (1 + e): both sides are computed from one value.
    const others = new Set(this.#operators.chain(b));
    return this.#operators.chain(a).find((value) => others.has(value));
  }

  #divides(by: string, whole: Whole): void {
    this.#note(whole);
    this.#top = isUnit(this.#bounds.of(by)) ? by : undefined;
    if (this.#top === undefined && (this.#bounds.of(by)?.low ?? -1) >= 0) this.#top = by;
  }

  result(): ScoreTrace {
    const numbers = this.#nodes.filter((node) => !this.#operators.plain(node));
    const kept = this.#bounds.elements(this.#values[0]!) === this.#bounds.elements(this.#last);
    // For logits that were recognised by the operators after them, several operators form the activation.
    const ended = this.#found !== null && !isAnything(this.#bounds.of(this.#last));
    const exact =
      ended &&
      !this.#logits?.joined &&
      numbers.length === 0 &&
      kept &&
      !this.#degenerate &&
      (this.#found === 'sigmoid' || this.#shares);
    return {
      found: this.#found,
      logits: this.#logits && { ...this.#logits, moves: this.#moves(this.#nodes.length) },
      scores: this.#scores(numbers.length === 0),
      exact,
      shares: this.#shares || (this.#found === null && this.#operators.averagesShares(this.#last)),
      degenerate: this.#degenerate,
      passed: numbers.map(({ op }) => op).reverse(),
    };
  }

  /** The nodes among the first `count` from the output that move elements, in the order in which they run. */
  #moves(count: number): readonly Move[] {
    const steps = this.#nodes.slice(0, count).map((node, i) => ({ node, output: this.#values[i]! }));
    return steps.filter(({ output }) => this.#bounds.entry(output)?.moves).reverse();
  }

  /**
   * The value nearest to the output that lies within 0…1, if it is separated from it only by scaling, moving or a
   * logarithm.
   */
  #scores(plain: boolean): Reading | null {
    const [output] = this.#values as [string];
    const at = this.#values.findIndex((value) => isUnit(this.#bounds.of(value)));
    const scaled = this.#nodes.slice(0, Math.max(0, at)).every((node, i) => {
      if (this.#operators.plain(node)) return true;
      const [from, to] = [this.#values[i + 1]!, this.#values[i]!];
      const curves = (['least', 'largest'] as const).map((each) =>
        curveBetween(this.#graph, this.#bounds, from, to, each),
      );
      const lines = curves.every((curve) => curve && isRisingLine(curve)) && curves[0]!(1) === curves[1]!(1);
      return lines || isLogarithm(node);
    });
    if (at >= 0 && scaled) return { value: this.#values[at]!, moves: this.#moves(at) };
    return this.#logarithm && plain ? { value: output, moves: [], logarithm: true } : null;
  }
}
