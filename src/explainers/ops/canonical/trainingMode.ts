import { numberAttribute } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { readsOf } from '../../graph/rewrite.ts';
import { mapped } from '../../lists.ts';
import { table } from '../../tables.ts';
import { sizeOf, type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { isStatic } from '../elements.ts';
import type { Inference } from '../infer.ts';

/** An operator that behaves differently in training. */
interface Trained {
  /** Whether a node was exported with its behaviour in training. */
  training(node: Node, constant: (i: number) => Tensor | undefined): boolean;
  /** What it does then, as words that follow its name in a sentence. */
  readonly does: string;
  /** The same for one image, in operators whose gradient is supported. Returns the output's name. */
  write(b: GraphBuilder, node: Node, shape: readonly number[]): string;
}

const TRAINED = table<Trained>({
  BatchNormalization: {
    training: (node) => numberAttribute(node, 'training_mode', 0) === 1,
    does: 'takes the statistics of the image itself',
    write: byOwnStatistics,
  },
  Dropout: {
    training: (_, constant) => isTrue(constant(2)) && ratioOf(constant) > 0,
    does: 'would drop values at random, which ONNX Runtime omits',
    write: (b, { name, inputs }) => b.node('Identity', [inputs[0]!], {}, name),
  },
});

const isTrue = (tensor: Tensor | undefined) => tensor !== undefined && toNumbers(tensor).some((value) => value !== 0);

function ratioOf(constant: (i: number) => Tensor | undefined): number {
  const ratio = constant(1);
  return ratio ? toNumbers(ratio)[0]! : 0.5;
}

/** The nodes that were exported with their behaviour in training; values known before running are folded. */
function trainingNodes(graph: Graph): readonly Node[] {
  return graph.nodes.filter((node) => trainedAs(node, (name) => graph.constants.get(name)) !== undefined);
}

/** The parts of the model that behave as in training, and what to do about it; undefined: none. */
export function trainingNote(graph: Graph): string | undefined {
  const byOp = new Map<string, Node[]>();
  for (const node of trainingNodes(graph)) byOp.set(node.op, [...(byOp.get(node.op) ?? []), node]);
  if (byOp.size === 0) return undefined;
  const parts = [...byOp].map(
    ([op, nodes]) =>
      `${op} (node '${nodes[0]!.name}'${nodes.length > 1 ? ` and ${nodes.length - 1} more` : ''}) ${TRAINED[op]!.does}`,
  );
  return `The model was exported in training mode: ${parts.join(', and ')}. Export it in evaluation mode (model.eval()) to explain the network as it is used.`;
}

/**
 * Layers in training mode as the runtime computes them, in operators whose gradient is supported: a normalisation by
 * the image's own statistics, and a dropout that passes everything on.
 * @returns undefined if there is no such node
 */
export function withoutTrainingMode(graph: Graph, { types, values }: Inference): Graph | undefined {
  const read = new Set([...graph.nodes.flatMap(readsOf), ...graph.outputs]);
  const valueBehind = (name: string) => graph.constants.get(name) ?? values.get(name);
  const b = new GraphBuilder(graph);
  const replaced = new Map<Node, readonly Node[]>();
  for (const node of graph.nodes) {
    const trained = read.has(node.outputs[0]!) ? trainedAs(node, valueBehind) : undefined;
    const { dtype, shape } = types.get(node.inputs[0] ?? '') ?? {};
    if (!trained || dtype !== 'float32' || !isStatic(shape)) continue;
    const before = b.nodeCount;
    const output = trained.write(b, node, shape);
    const named = b.nodesFrom(before).map((each) => ({
      ...each,
      outputs: each.outputs.map((name) => (name === output ? node.outputs[0]! : name)),
    }));
    // Running statistics and masks that are read elsewhere are still computed by the original node.
    const others = node.outputs.slice(1);
    const rest = { ...node, outputs: [b.unique(`${node.name}:unused`), ...others] };
    replaced.set(node, others.some((name) => read.has(name)) ? [...named, rest] : named);
  }
  if (replaced.size === 0) return undefined;
  return { ...b.build(), nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]) };
}

function trainedAs(node: Node, valueBehind: (name: string) => Tensor | undefined): Trained | undefined {
  const trained = node.domain === '' && Object.hasOwn(TRAINED, node.op) ? TRAINED[node.op] : undefined;
  const constant = (i: number) => (node.inputs[i] ? valueBehind(node.inputs[i]) : undefined);
  return trained?.training(node, constant) ? trained : undefined;
}

/** Mean and variance of all elements of a channel, as InstanceNormalization computes them for one image. */
function byOwnStatistics(b: GraphBuilder, node: Node, shape: readonly number[]): string {
  const [x, scale, shift] = node.inputs as [string, string, string];
  const epsilon = { epsilon: { kind: 'float', value: numberAttribute(node, 'epsilon', 1e-5) } } as const;
  const normalised = (value: string) => b.node('InstanceNormalization', [value, scale, shift], epsilon, node.name);
  const [batch = 1, channels = 1, ...space] = shape;
  if (batch === 1 && space.length > 0) return normalised(x);
  const reshaped = (value: string, to: readonly number[]) =>
    b.node('Reshape', [
      value,
      b.constant({ dtype: 'int64', shape: [to.length], data: mapped(BigInt64Array, to, BigInt) }),
    ]);
  const turned = (value: string) => b.node('Transpose', [value], { perm: [1, 0, 2] });
  const inside = sizeOf(space);
  const channel = reshaped(turned(reshaped(x, [batch, channels, inside])), [1, channels, batch * inside]);
  return reshaped(turned(reshaped(normalised(channel), [channels, batch, inside])), shape);
}
