import { ExplainError } from '../errors.ts';
import type { GraphBuilder } from '../graph/build.ts';
import type { Dim, Graph, Node, ValueType } from '../graph/graph.ts';
import type { OpEntry, VjpContext } from '../ops/op.ts';
import { opEntry } from '../ops/opTable.ts';
import { int64 } from '../tensor/tensor.ts';
import { type Path, pathBetween, refusal } from './path.ts';

export type Vjp = NonNullable<OpEntry['vjp']>;

export interface BackwardRequest {
  /** The initial gradients, by forward value: names in `b` of shape [K, …value's shape]. */
  readonly seeds: ReadonlyMap<string, string>;
  /** The values whose gradients are requested. */
  readonly wrt: readonly string[];
  /** Replaces an operator's own rule for a node (guided backpropagation, LRP). */
  readonly override?: (node: Node) => Vjp | undefined;
}

/**
 * Appends the backward pass to `b`, which was built on `graph` (with types inferred). Returns the gradients [K,
 * …value's shape] of the requested values; a value on which no seeded one depends has none. Only adds nodes between
 * `wrt` and the seeds. Throws `unsupported` for operators without a rule, all at once and before a node is added.
 */
export function backward(b: GraphBuilder, graph: Graph, request: BackwardRequest): ReadonlyMap<string, string> {
  const path = pathBetween(graph, [...request.seeds.keys()], request.wrt);
  const refused = refusal(path, request.override);
  if (refused) throw new ExplainError(refused);
  const pending = new Map<string, string[]>([...request.seeds].map(([value, seed]) => [value, [seed]]));
  const shaped = new ShapeKeeper(b, graph.opset);

  const gradientOf = (value: string): string | null => {
    const parts = pending.get(value) ?? [];
    if (parts.length < 2) return parts[0] ?? null;
    const total = b.node(parts.length === 2 ? 'Add' : 'Sum', parts, {}, `${value}:gradient`);
    pending.set(value, [total]);
    return total;
  };

  for (const node of path.nodes.toReversed()) {
    const g = shaped.around(() => node.outputs.map(gradientOf));
    if (g.every((gradient) => gradient === null)) continue;
    const rule = request.override?.(node) ?? opEntry(node.op, node.domain)!.vjp!;
    const gradients = shaped.around(() => rule(contextOf(b, graph, node, g, path)));
    for (const [i, input] of node.inputs.entries()) {
      const gradient = gradients[i];
      if (!gradient || !path.carries(input)) continue;
      const part = shaped.around(() => shaped.sumTo(gradient, graph.types.get(input)?.shape ?? null, node));
      pending.set(input, [...(pending.get(input) ?? []), part]);
    }
  }
  const wanted = request.wrt.flatMap((value) => {
    const gradient = shaped.around(() => gradientOf(value));
    return gradient ? [[value, gradient] as const] : [];
  });
  return new Map(wanted);
}

function contextOf(b: GraphBuilder, graph: Graph, node: Node, g: readonly (string | null)[], path: Path): VjpContext {
  const type = (value: string): ValueType => b.typeOf(value) ?? { dtype: 'float32', shape: null };
  return {
    node,
    b,
    x: node.inputs,
    y: node.outputs,
    g,
    type,
    shape(value) {
      const shape = type(value).shape;
      if (shape?.every((dim) => typeof dim === 'number')) return shape as readonly number[];
      throw new ExplainError({
        kind: 'unsupported',
        message: `The gradient of ${node.op} needs the shape of '${value}', which is known only when the model runs (${shape?.join(' × ') ?? 'any rank'}).`,
        subject: `node '${node.name}'`,
        next: 'Export the model with a fixed input size, or give the size in its card.',
      });
    },
    constant: (value) => graph.constants.get(value),
    needs: (i) => path.carries(node.inputs[i] ?? ''),
    output(i) {
      const name = b.outputOf(node.outputs[0]!, i);
      const whole = { ...node, outputs: Array.from({ length: i + 1 }, (_, k) => node.outputs[k] ?? name) };
      b.type(name, inferNode(b, whole, graph.opset)[i] ?? { dtype: 'float32', shape: null });
      return name;
    },
  };
}

function inferNode(b: GraphBuilder, node: Node, opset: number): readonly ValueType[] {
  const entry = opEntry(node.op, node.domain);
  const types = node.inputs.map((input) => (input ? b.typeOf(input) : undefined));
  return entry?.infer({ node, types, opset, constant: (i) => b.constantOf(node.inputs[i] ?? '') }) ?? [];
}

/** Tracks the types of the gradients as they are added, so that broadcasting is undone here and not in every rule. */
class ShapeKeeper {
  readonly #b: GraphBuilder;
  readonly #opset: number;

  constructor(b: GraphBuilder, opset: number) {
    this.#b = b;
    this.#opset = opset;
  }

  /** Runs `add` and infers the types of the nodes that it added. */
  around<T>(add: () => T): T {
    const before = this.#b.nodeCount;
    const result = add();
    for (const node of this.#b.nodesFrom(before)) {
      const types = inferNode(this.#b, node, this.#opset);
      for (const [i, output] of node.outputs.entries()) if (types[i]) this.#b.type(output, types[i]);
    }
    return result;
  }

  /** The gradient [K, …] summed over the axes along which its value, of shape `to`, was broadcast. */
  sumTo(gradient: string, to: readonly Dim[] | null, node: Node): string {
    const from = this.#b.typeOf(gradient)?.shape;
    if (!from || !to) throw misfit(node, 'has no known rank');
    const extra = from.length - 1 - to.length;
    const stretched = to.flatMap((dim, i) => (dim === 1 && from[i + 1 + extra] !== 1 ? [i + 1 + extra] : []));
    const axes = [...Array.from({ length: extra }, (_, i) => i + 1), ...stretched];
    const fits = to.every((dim, i) => {
      const size = from[i + 1 + extra];
      return dim === 1 || size === dim || typeof dim === 'string' || typeof size === 'string';
    });
    if (extra < 0 || !fits) throw misfit(node, `is [${from}] for a value [${to}]`);
    if (axes.length === 0) return gradient;
    const total = this.#b.node('ReduceSum', [gradient, this.#b.constant(int64(axes))], { keepdims: extra > 0 ? 0 : 1 });
    if (extra === 0 || stretched.length === 0) return total;
    return this.#b.node('Reshape', [total, this.#b.constant(int64([-1, ...to.map(Number)]))]);
  }
}

/** The shapes do not match: the model violates the standard, or the operator's rule does not support this form. */
function misfit(node: Node, what: string): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: `The gradient of ${node.op} ${what}, so it cannot be computed.`,
    subject: `node '${node.name}'`,
    next: 'Check the model with onnx.checker, or use a method that needs no gradient.',
  });
}
