import type { Graph } from '../../graph/graph.ts';
import { verify } from '../../graph/verify.ts';
import { append } from '../../lists.ts';
import { own } from '../../tables.ts';
import { type Tensor, toNumbers } from '../../tensor/tensor.ts';
import { Draft } from '../channelsLast/draft.ts';
import { constantValue } from '../channelsLast/elementwise.ts';
import type { Size } from '../channelsLast/value.ts';
import { isObject, type Json, type JsonObject } from '../layers/config.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import { dimensionsOf, GraphNode, placeOf } from './graphNode.ts';
import type { GraphOp, GraphValue } from './graphOp.ts';
import { weightedOps } from './ops/convolution.ts';
import { elementwiseOps } from './ops/elementwise.ts';
import { shapingOps } from './ops/shaping.ts';
import type { StoredWeight } from './shards.ts';

const FAMILIES = [weightedOps, elementwiseOps, shapingOps];

function opOf(name: string): GraphOp | undefined {
  for (const family of FAMILIES) {
    const op = own(family, name);
    if (op) return op;
  }
  return undefined;
}

/**
 * A TensorFlow.js graph model: TensorFlow's operations, which become a graph with the channels of images first.
 * @param model the parsed `model.json`
 * @throws ExplainError `model`, or `unsupported` for an operation that is not known
 */
export function graphOfGraphModel(
  model: JsonObject,
  topology: JsonObject,
  weights: readonly StoredWeight[],
  path: string,
): Graph {
  const nodes = new Map<string, GraphNode>();
  for (const json of Array.isArray(topology.node) ? topology.node : []) {
    const node = new GraphNode(json, path);
    if (nodes.has(node.name)) throw damaged(`Two operations of the model are called '${node.name}'.`, path);
    nodes.set(node.name, node);
  }
  const stored = new Map(weights.map((weight) => [weight.name, weight]));
  const writer = new GraphWriter(nodes, stored, inputShapes(model), path);
  const wanted = outputsOf(model, nodes);
  if (wanted.length === 0) throw damaged('The model does not say which operations are its outputs.', path);
  return writer.build(wanted);
}

/** The shapes of inputs that the signature declares, because they are more precise than those of the operations. */
function inputShapes({ signature }: JsonObject): ReadonlyMap<string, readonly Size[]> {
  const inputs = isObject(signature) && isObject(signature.inputs) ? Object.values(signature.inputs) : [];
  return new Map(
    inputs.flatMap((input) => {
      const shape = isObject(input) ? dimensionsOf(input.tensorShape) : undefined;
      return isObject(input) && typeof input.name === 'string' && shape
        ? [[placeOf(input.name).node, shape] as const]
        : [];
    }),
  );
}

/** The outputs of the signature, else the operations that nothing reads. */
function outputsOf({ signature }: JsonObject, nodes: ReadonlyMap<string, GraphNode>): readonly string[] {
  const outputs: readonly Json[] =
    isObject(signature) && isObject(signature.outputs) ? Object.values(signature.outputs) : [];
  const named = outputs.flatMap((output) =>
    isObject(output) && typeof output.name === 'string' ? [placeOf(output.name).node] : [],
  );
  if (named.length > 0) return [...new Set(named)];
  const read = new Set([...nodes.values()].flatMap(({ inputs }) => inputs.map(({ node }) => node)));
  return [...nodes.values()].flatMap(({ name, op }) =>
    read.has(name) || op === 'Const' || op === 'NoOp' ? [] : [name],
  );
}

class GraphWriter {
  readonly #draft = new Draft('graph model');
  readonly #known = new Map<string, GraphValue>();
  readonly #nodes: ReadonlyMap<string, GraphNode>;
  readonly #weights: ReadonlyMap<string, StoredWeight>;
  readonly #shapes: ReadonlyMap<string, readonly Size[]>;
  readonly #path: string;

  constructor(
    nodes: ReadonlyMap<string, GraphNode>,
    weights: ReadonlyMap<string, StoredWeight>,
    shapes: ReadonlyMap<string, readonly Size[]>,
    path: string,
  ) {
    this.#nodes = nodes;
    this.#weights = weights;
    this.#shapes = shapes;
    this.#path = path;
  }

  build(wanted: readonly string[]): Graph {
    for (const name of wanted) this.#compute(name);
    const outputs = wanted.map((name) => this.#draft.plain(this.#known.get(name)!));
    const graph = this.#draft.build([...new Set(outputs)], new Map([['framework', 'tensorflow']]));
    const problems = verify(graph);
    if (problems.length > 0) throw damaged(`The model's operations do not fit together: ${problems[0]}.`, this.#path);
    return graph;
  }

  #compute(wanted: string): void {
    const stack = [wanted];
    const begun = new Set<string>();
    while (stack.length > 0) {
      const name = stack.at(-1)!;
      const node = this.#nodes.get(name);
      if (this.#known.has(name)) {
        stack.pop();
        continue;
      }
      if (!node) throw damaged(`The model reads '${name}', which it does not have.`, this.#path);
      const missing = node.inputs.filter((input) => !this.#known.has(input.node)).map((input) => input.node);
      if (missing.length === 0) {
        this.#known.set(name, this.#value(node));
        continue;
      }
      if (begun.has(name))
        throw damaged(`The model's operations read each other in a circle, at '${name}'.`, this.#path);
      begun.add(name);
      append(stack, missing);
    }
  }

  #value(node: GraphNode): GraphValue {
    if (node.op === 'Placeholder') return this.#input(node);
    if (node.op === 'Const') return this.#constant(node);
    const op = opOf(node.op);
    const second = node.inputs.find(({ output }) => output > 0);
    if (!op || second) {
      const what = op ? `reads a second output of '${second!.node}', which is not kept` : 'is not read yet';
      throw unread(`Operation '${node.name}' (${node.op}) ${what}.`, node.name, EXPORT_TO_ONNX);
    }
    const start = this.#draft.size;
    this.#draft.layer = node.name;
    const value = op({ draft: this.#draft, node, inputs: node.inputs.map((input) => this.#known.get(input.node)!) });
    this.#draft.layer = '';
    return value.ints ? value : this.#draft.named(value, node.name, start);
  }

  #input(node: GraphNode): GraphValue {
    const sizes = this.#shapes.get(node.name) ?? node.shape('shape');
    if (!sizes) throw damaged(`The model does not say which shape its input '${node.name}' has.`, this.#path);
    const shape: readonly Size[] = [null, ...sizes.slice(1)];
    return this.#draft.input(node.name, shape, 'float32', shape.length === 4 ? 'channelsFirst' : 'plain');
  }

  #constant(node: GraphNode): GraphValue {
    const weight = this.#weights.get(node.name);
    if (!weight) throw damaged(`The weights of '${node.name}' are missing.`, this.#path);
    const tensor: Tensor = weight.read();
    if (tensor.dtype !== 'float32') return { name: '', shape: tensor.shape, order: 'plain', ints: toNumbers(tensor) };
    this.#draft.layer = '';
    return constantValue(this.#draft, tensor, node.name);
  }
}
