import { numberAttribute } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { isStatic } from '../elements.ts';
import { Emit } from '../emit.ts';
import type { Inference } from '../infer.ts';

/**
 * Attention (opset 23) as the operators it consists of, as older exports write it, because explainers need its softmax
 * and both of its products separately. Caches of past keys, which image models do not have, are left alone.
 * @returns undefined if there is no such node
 */
export function expandAttention(graph: Graph, { types }: Inference): Graph | undefined {
  const replaced = new Map<Node, readonly Node[]>();
  const b = new GraphBuilder(graph);
  for (const node of graph.nodes) {
    if (node.op !== 'Attention' || node.domain !== '') continue;
    const shapes = node.inputs.slice(0, 3).map((name) => types.get(name)?.shape);
    const [q, k, v] = shapes;
    if (!isStatic(q) || !isStatic(k) || !isStatic(v) || !plain(node)) continue;
    const before = b.nodeCount;
    const dtype = types.get(node.inputs[0]!)!.dtype;
    const mask = types.get(node.inputs[3] ?? '')?.dtype;
    const output = expanded(new Emit(b, dtype), node, [q, k, v], mask === 'bool');
    const named = b.nodesFrom(before).map((each) => ({
      ...each,
      outputs: each.outputs.map((name) => (name === output ? node.outputs[0]! : name)),
    }));
    replaced.set(node, named);
  }
  if (replaced.size === 0) return undefined;
  return { ...b.build(), nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]) };
}

const plain = (node: Node) =>
  !node.inputs[4] && !node.inputs[5] && node.outputs.slice(1).every((name) => name === '') && !node.inputs[6];

type Shapes = readonly [readonly number[], readonly number[], readonly number[]];

/** softmax(Q·Kᵀ·scale (capped, masked))·V over heads. */
function expanded(e: Emit, node: Node, shapes: Shapes, booleanMask: boolean): string {
  const heads = (name: string, rank4: number) => numberAttribute(node, name, rank4);
  const [qHeads, kvHeads] = [heads('q_num_heads', shapes[0][1]!), heads('kv_num_heads', shapes[1][1]!)];
  const flat = shapes[0].length === 3;
  /** [batch, heads, length, size] */
  const split = (i: 0 | 1 | 2) => {
    const [batch, length, width] = shapes[i] as [number, number, number];
    const count = i === 0 ? qHeads : kvHeads;
    const name = node.inputs[i]!;
    return flat ? e.transpose(e.reshape(name, [batch, length, count, width / count]), [0, 2, 1, 3]) : name;
  };
  const size = flat ? shapes[0][2]! / qHeads : shapes[0][3]!;
  const [lengthQ, lengthK] = [shapes[0].at(-2)!, shapes[1].at(-2)!];
  /** Heads of keys and values shared by several heads of queries. */
  const shared = (value: string, i: 1 | 2) => {
    const times = qHeads / kvHeads;
    if (times === 1) return value;
    const width = flat ? shapes[i][2]! / kvHeads : shapes[i][3]!;
    const batch = shapes[i][0]!;
    const apart = e.reshape(value, [batch, kvHeads, 1, lengthK, width]);
    return e.reshape(e.expand(apart, [batch, kvHeads, times, lengthK, width]), [batch, qHeads, lengthK, width]);
  };
  const keys = e.transpose(shared(split(1), 1), [0, 1, 3, 2]);
  const scale = numberAttribute(node, 'scale', 1 / Math.sqrt(size));
  let scores = e.mul(e.matmul(split(0), keys), scale);
  const cap = numberAttribute(node, 'softcap', 0);
  if (cap > 0) scores = e.mul(e.op('Tanh', [e.div(scores, cap)]), cap);
  const masks: string[] = [];
  if (numberAttribute(node, 'is_causal', 0) === 1) {
    const allowed = Float32Array.from({ length: lengthQ * lengthK }, (_, i) =>
      i % lengthK <= Math.floor(i / lengthK) ? 0 : Number.NEGATIVE_INFINITY,
    );
    const causal = e.b.constant({ dtype: 'float32', shape: [lengthQ, lengthK], data: allowed }, 'attention.causal');
    masks.push(e.dtype === 'float32' ? causal : e.toFloat(causal));
  }
  if (node.inputs[3]) {
    const mask = node.inputs[3];
    masks.push(booleanMask ? e.where(mask, 0, Number.NEGATIVE_INFINITY) : mask);
  }
  for (const mask of masks) scores = e.add(scores, mask);
  const weights = e.op('Softmax', [scores], { axis: -1 });
  const result = e.matmul(weights, shared(split(2), 2));
  if (!flat) return result;
  return e.reshape(e.transpose(result, [0, 2, 1, 3]), [shapes[0][0]!, lengthQ, (qHeads * shapes[2][2]!) / kvHeads]);
}
