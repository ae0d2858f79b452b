import type { Graph, Node } from '../graph/graph.ts';
import { producers, prune } from '../graph/rewrite.ts';
import { append } from '../lists.ts';
import type { RandomSource } from '../numerics/random.ts';
import { opEntry } from '../ops/opTable.ts';
import { allocate, isFloat, type NumericTensor, numbersOf, tensorOf } from '../tensor/dtype.ts';
import { numberToBfloat16, numberToFloat16 } from '../tensor/float16.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A layer whose weights can be randomised. */
export interface WeightedLayer {
  readonly name: string;
  /** Names of its constants: weights and biases. */
  readonly weights: readonly string[];
  /** Names of the constants of normalisations after it. */
  readonly norms: readonly string[];
}

/** How a tensor of weights is randomised. */
export type Drawing = (weights: Tensor, random: RandomSource) => Tensor;

/**
 * The layers with weights, from the output to the input. A layer is a linear operator with a constant among its inputs;
 * a normalisation or an added bias after it belongs to it. Weights that several layers share belong to the one nearest
 * the output.
 */
export function weightedLayers(graph: Graph): readonly WeightedLayer[] {
  const made = producers(graph.nodes);
  const layers: { name: string; weights: string[]; norms: string[] }[] = [];
  const before = { weights: [] as string[], norms: [] as string[] };
  for (const node of prune(graph).nodes) {
    const kind = kindOf(node, made);
    const constants = kind ? constantsOf(node, graph) : [];
    if (constants.length === 0) continue;
    if (kind === 'linear') layers.push({ name: node.name || node.outputs[0]!, weights: [], norms: [] });
    const layer = layers.at(-1) ?? before;
    append(kind === 'norm' ? layer.norms : layer.weights, constants);
  }
  const last = layers[0];
  append(last?.weights ?? [], before.weights);
  append(last?.norms ?? [], before.norms);
  const taken = new Set<string>();
  const own = (names: readonly string[]) => names.filter((name) => !taken.has(name) && taken.add(name));
  return layers.toReversed().map(({ name, weights, norms }) => ({ name, weights: own(weights), norms: own(norms) }));
}

function kindOf(node: Node, made: ReadonlyMap<string, Node>): 'linear' | 'norm' | 'bias' | null {
  const entry = opEntry(node.op, node.domain);
  if (entry?.role === 'linear' || entry?.role === 'norm') return entry.role;
  const behindLinear = (name: string) => {
    const maker = made.get(name);
    return maker !== undefined && opEntry(maker.op, maker.domain)?.role === 'linear';
  };
  return entry?.role === 'sum' && entry.pair && node.inputs.some(behindLinear) ? 'bias' : null;
}

/** A single number is a factor or an epsilon, not weights. */
function constantsOf(node: Node, graph: Graph): readonly string[] {
  return node.inputs.filter((name) => {
    const constant = graph.constants.get(name);
    return constant !== undefined && isFloat(constant.dtype) && constant.data.length > 1;
  });
}

/**
 * The same graph with a layer's weights randomised, one constant after another from the same source. Parameters of
 * normalisations are always permuted, because a variance must stay a variance.
 */
export function drawAnew(
  graph: Graph,
  { weights, norms }: WeightedLayer,
  drawing: Drawing,
  random: RandomSource,
): Graph {
  const constants = new Map(graph.constants);
  for (const name of weights) constants.set(name, drawing(constants.get(name)!, random));
  for (const name of norms) constants.set(name, permuted(constants.get(name)!, random));
  return { ...graph, constants };
}

/** The same graph with a layer's weights and biases negated. */
export function negated(graph: Graph, { weights }: WeightedLayer): Graph {
  const constants = new Map(graph.constants);
  for (const name of weights)
    constants.set(
      name,
      remade(constants.get(name)!, (value) => -value),
    );
  return { ...graph, constants };
}

/** The same values in random order. */
export const permuted: Drawing = (weights, random) => {
  const { dtype, shape, data } = weights as NumericTensor;
  const order = random.permutation(data.length);
  const out = allocate(dtype, data.length);
  for (let i = 0; i < order.length; i++) out[i] = data[order[i]!]!;
  return tensorOf(dtype, shape, out);
};

/**
 * Uniform around 0 with the root mean square of the weights: PyTorch's initialisation, at the scale that this layer has
 * reached.
 */
export const uniform: Drawing = (weights, random) => {
  const values = numbersOf(weights as NumericTensor);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! ** 2;
  const bound = Math.sqrt((3 * squares) / values.length);
  return remade(weights, () => (2 * random.random() - 1) * bound);
};

/** A tensor of the same type and shape, element by element. */
function remade(weights: Tensor, make: (value: number) => number): Tensor {
  const { dtype, shape } = weights as NumericTensor;
  const values = numbersOf(weights as NumericTensor);
  const encode = ENCODE[dtype] ?? ((value: number) => value);
  const data = allocate(dtype, values.length);
  for (let i = 0; i < values.length; i++) data[i] = encode(make(values[i]!));
  return tensorOf(dtype, shape, data);
}

const ENCODE: Partial<Readonly<Record<Tensor['dtype'], (value: number) => number>>> = {
  float16: numberToFloat16,
  bfloat16: numberToBfloat16,
};
