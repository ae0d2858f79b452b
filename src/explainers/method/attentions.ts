import type { Layer } from '../contracts/layer.ts';
import { ExplainError } from '../errors.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { producers, readers, readsOf, subgraph } from '../graph/rewrite.ts';
import { opEntry } from '../ops/opTable.ts';
import type { ExplainableModel } from './method.ts';

/** A transformer block that attends over all tokens of the picture, by the names of its values. */
export interface Attention {
  /** After the softmax, [1, heads, tokens, tokens]: how much each token takes from each. */
  readonly weights: string;
  /** What it takes: [1, heads, tokens, d]. */
  readonly values: string;
  /** The sum that it gets: [1, heads, tokens, d]. */
  readonly output: string;
  /** What the weights were computed from: [1, heads, tokens, d] and [1, heads, d, tokens]. */
  readonly queries: string;
  readonly keys: string;
  readonly heads: number;
  /** The tokens behind the block: its residual stream, [1, tokens, channels]; null: they were not found. */
  readonly stream: string | null;
}

export interface Transformer {
  readonly attentions: readonly Attention[];
  readonly tokens: number;
  /** Tokens in front without a place: class, distillation, registers. */
  readonly before: number;
  /** The picture's tokens as a layer of the grid's size. */
  readonly layer: Layer;
  /** The tokens behind the last block, from which the class values are computed; null: there are no such tokens. */
  readonly end: string | null;
}

const known = new WeakMap<Graph, Transformer | ExplainError>();

/** The model's attention over the picture's places. @throws ExplainError `unsupported` if it has none */
export function transformerOf(model: ExplainableModel): Transformer {
  const found = known.get(model.graph) ?? findTransformer(model);
  known.set(model.graph, found);
  if (found instanceof ExplainError) throw found;
  return found;
}

/** Why a model has no attention that such a method could show; null: it has. */
export function whyNoAttention(model: ExplainableModel, classToken: boolean): ExplainError | null {
  try {
    const { before } = transformerOf(model);
    return classToken && before === 0
      ? none('The model has no class token: it averages over the picture’s tokens.')
      : null;
  } catch (thrown) {
    if (thrown instanceof ExplainError) return thrown;
    throw thrown;
  }
}

function findTransformer(model: ExplainableModel): Transformer | ExplainError {
  const { graph, layers } = model;
  const layer = layers.find(({ automatic, layout }) => automatic && layout?.kind === 'tokens') ?? layers.findLast(({ layout }) => layout?.kind === 'tokens'); // biome-ignore format: one line
  if (layer?.layout?.kind !== 'tokens') return none('The model has no layer of tokens with a place in the picture.');
  const { before } = layer.layout;
  const places = layer.shape[1] * layer.shape[2];
  const varies = varying(graph, model.input);
  const found = graph.nodes.flatMap((node) => attentionAt(graph, node, varies) ?? []);
  const whole = found.filter(({ tokens }) => tokens >= before + places);
  const tokens = whole.at(-1)?.tokens;
  if (tokens === undefined) return none('No attention of the model is over all places of the picture.');
  const same = whole.filter((each) => each.tokens === tokens);
  const sums = graph.nodes.filter((node) => isStream(graph, node, varies, tokens));
  const end = sums.at(-1)?.outputs[0] ?? null;
  const order = new Map(graph.nodes.map((node, i) => [node, i]));
  const made = producers(graph.nodes);
  const shape = end === null ? '' : String(graph.types.get(end)?.shape);
  const attentions = same.map(({ tokens: _, ...each }, i): Attention => {
    const next = same[i + 1];
    const until = next ? order.get(made.get(next.weights)!)! : graph.nodes.length;
    const from = order.get(made.get(each.output)!)!;
    const stream = sums.findLast((node) => order.get(node)! > from && order.get(node)! < until)?.outputs[0];
    const alike = stream !== undefined && String(graph.types.get(stream)?.shape) === shape;
    return { ...each, stream: alike ? stream : null };
  });
  return { attentions, tokens, before, layer, end: end !== null && leadsAlone(model, end) ? end : null };
}

/** Whether everything about the image reaches the class values through one value. */
function leadsAlone({ graph, input, logits }: ExplainableModel, value: string): boolean {
  return !subgraph(graph, [value], [logits]).inputs.includes(input);
}

/** A sum of two values that depend on the image, with an axis of tokens before its channels. */
function isStream(graph: Graph, node: Node, varies: ReadonlySet<string>, tokens: number): boolean {
  if (opEntry(node.op, node.domain)?.role !== 'sum') return false;
  const shape = graph.types.get(node.outputs[0]!)?.shape;
  const carried = new Set(readsOf(node).filter((name) => varies.has(name)));
  return carried.size > 1 && shape?.length === 3 && shape.slice(0, 2).includes(tokens);
}

/** A softmax over tokens that weights values in a product. */
function attentionAt(graph: Graph, node: Node, varies: ReadonlySet<string>) {
  if (opEntry(node.op, node.domain)?.activation !== 'softmax') return null;
  const weights = node.outputs[0]!;
  const shape = graph.types.get(weights)?.shape;
  const tokens = shape?.at(-1);
  const isSquare = shape && shape.length >= 3 && typeof tokens === 'number' && shape.at(-2) === tokens;
  if (!isSquare || !varies.has(weights)) return null;
  const product = follow(readers(graph.nodes), weights, (each) => isProduct(each, varies));
  const scores = back(producers(graph.nodes), node.inputs[0]!, varies);
  if (!product || product.inputs[0] === undefined || !scores) return null;
  const [values, output] = [product.inputs[1]!, product.outputs[0]!];
  const heads = shape.slice(0, -2).reduce<number>((all, size) => all * Number(size), 1);
  return { weights, values, output, queries: scores.inputs[0]!, keys: scores.inputs[1]!, heads, tokens };
}

const isProduct = (node: Node, varies: ReadonlySet<string>) => {
  const entry = opEntry(node.op, node.domain);
  return entry?.role === 'linear' && !entry.linear?.convolution && node.inputs.filter((name) => varies.has(name)).length > 1; // biome-ignore format: one line
};

/** The next node of a kind behind a value, past what only moves its elements. */
function follow(
  readersOf: ReadonlyMap<string, readonly Node[]>,
  value: string,
  is: (node: Node) => boolean,
): Node | null {
  for (let at = value; ; ) {
    const next = readersOf.get(at) ?? [];
    const found = next.find((node) => is(node) && node.inputs[0] === at);
    if (found) return found;
    const mover = next.find((node) => opEntry(node.op, node.domain)?.role === 'shape');
    if (!mover) return null;
    at = mover.outputs[0]!;
  }
}

/** The product before a value, past scales, shifts and masks. */
function back(made: ReadonlyMap<string, Node>, value: string, varies: ReadonlySet<string>): Node | null {
  for (let at = value; ; ) {
    const node = made.get(at);
    if (!node) return null;
    if (isProduct(node, varies)) return node;
    const role = opEntry(node.op, node.domain)?.role;
    const carried = readsOf(node).filter((name) => varies.has(name));
    if (carried.length !== 1 || !(role === 'product' || role === 'sum' || role === 'shape')) return null;
    at = carried[0]!;
  }
}

function varying(graph: Graph, image: string): ReadonlySet<string> {
  const varies = new Set([image]);
  for (const node of graph.nodes) {
    if (readsOf(node).some((name) => varies.has(name))) for (const output of node.outputs) varies.add(output);
  }
  return varies;
}

const none = (message: string) =>
  new ExplainError({
    kind: 'unsupported',
    message,
    subject: 'attention',
    next: 'Use AttnLRP, Grad-CAM, or a method that needs no gradient.',
  });
