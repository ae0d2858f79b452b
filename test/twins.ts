import type { Attribute, Graph, Node } from '../src/explainers/graph/graph.ts';
import { DTYPE_CODES, fromNumbers } from '../src/explainers/tensor/dtype.ts';
import { type Tensor, toNumbers } from '../src/explainers/tensor/tensor.ts';

export type OtherFloat = 'float16' | 'bfloat16' | 'float64';

/** Inputs that stay as they are by the standard, whatever the data's type: Resize's factors. */
const STAYS_FLOAT32: Readonly<Record<string, readonly number[]>> = { Resize: [2] };

/**
 * A float32 network as its exporter would have written it in another precision: weights, constants, casts, values,
 * inputs and outputs; with `keepIo` a cast behind the input and before each output instead of the last two.
 */
export function twinOf(graph: Graph, dtype: OtherFloat, { keepIo = false } = {}): Graph {
  const stays = new Set(graph.nodes.flatMap(({ op, inputs }) => (STAYS_FLOAT32[op] ?? []).map((i) => inputs[i] ?? '')));
  const nodes = graph.nodes.map((node) => ({
    ...node,
    attributes: stays.has(node.outputs[0]!)
      ? node.attributes
      : new Map([...node.attributes].map(([name, each]) => [name, attributeTwin(node, name, each, dtype)])),
  }));
  const twin: Graph = {
    ...graph,
    nodes,
    constants: new Map(
      [...graph.constants].map(([name, tensor]) => [name, stays.has(name) ? tensor : tensorTwin(tensor, dtype)]),
    ),
    types: new Map(
      [...graph.types].map(([name, type]) => [
        name,
        type.dtype === 'float32' && !stays.has(name) ? { ...type, dtype } : type,
      ]),
    ),
  };
  return keepIo ? withOldEnds(graph, twin, dtype) : twin;
}

/** The float32 network whose weights have been through the other precision. */
export function roundedThrough(graph: Graph, dtype: OtherFloat): Graph {
  const rounded = (tensor: Tensor): Tensor =>
    tensor.dtype === 'float32'
      ? fromNumbers('float32', tensor.shape, toNumbers(fromNumbers(dtype, tensor.shape, tensor.data)))
      : tensor;
  const attribute = (each: Attribute): Attribute =>
    each.kind === 'tensor' ? { kind: 'tensor', value: rounded(each.value) } : each;
  return {
    ...graph,
    constants: new Map([...graph.constants].map(([name, tensor]) => [name, rounded(tensor)])),
    nodes: graph.nodes.map((node) => ({
      ...node,
      attributes: new Map([...node.attributes].map(([name, each]) => [name, attribute(each)])),
    })),
  };
}

function attributeTwin(node: Node, name: string, attribute: Attribute, dtype: OtherFloat): Attribute {
  if (attribute.kind === 'tensor') return { kind: 'tensor', value: tensorTwin(attribute.value, dtype) };
  if (attribute.kind === 'graph') return { kind: 'graph', value: twinOf(attribute.value, dtype) };
  const named = (node.op === 'Cast' && name === 'to') || name === 'dtype';
  return named && attribute.value === DTYPE_CODES.float32 ? { kind: 'int', value: DTYPE_CODES[dtype] } : attribute;
}

const tensorTwin = (tensor: Tensor, dtype: OtherFloat): Tensor =>
  tensor.dtype === 'float32' ? fromNumbers(dtype, tensor.shape, tensor.data) : tensor;

function withOldEnds(graph: Graph, twin: Graph, dtype: OtherFloat): Graph {
  const cast = (from: string, to: string, dtype: keyof typeof DTYPE_CODES): Node => ({
    name: `${to}:cast`,
    op: 'Cast',
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: new Map([['to', { kind: 'int', value: DTYPE_CODES[dtype] }]]),
  });
  const inner = (name: string) =>
    graph.inputs.includes(name) || graph.outputs.includes(name) ? `${name}:inner` : name;
  const nodes = twin.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(inner),
    outputs: node.outputs.map(inner),
  }));
  const ends = [...graph.inputs, ...graph.outputs];
  return {
    ...twin,
    nodes: [
      ...graph.inputs.map((name) => cast(name, inner(name), dtype)),
      ...nodes,
      ...graph.outputs.map((name) => cast(inner(name), name, 'float32')),
    ],
    types: new Map([
      ...twin.types,
      ...ends.map((name) => [inner(name), twin.types.get(name)!] as const),
      ...ends.map((name) => [name, graph.types.get(name)!] as const),
    ]),
  };
}
