import type { Attribute, Graph, Node, ValueType } from '../../graph/graph.ts';
import { DTYPE_CODES, dtypeOfCode } from '../../tensor/dtype.ts';
import { asFloat32 } from '../../tensor/float32.ts';
import type { DType, Tensor } from '../../tensor/tensor.ts';

/** The floating types besides float32. */
const OTHER_FLOATS = ['float16', 'bfloat16', 'float64'] as const;
export type OtherFloat = (typeof OTHER_FLOATS)[number];

const isOther = (dtype: DType | undefined): dtype is OtherFloat => (OTHER_FLOATS as readonly unknown[]).includes(dtype);

/** The attributes in which ONNX names an element type by its number, in any operator. */
const TYPE_ATTRIBUTES: ReadonlySet<string> = new Set([
  'to',
  'dtype',
  'output_dtype',
  'output_datatype',
  'stash_type',
  'softmax_precision',
]);

/**
 * The floating types besides float32 in which the model computes, sorted by name; constants that no node uses do not
 * count. The graph must have its types inferred and known values folded.
 */
export function otherFloats(graph: Graph): readonly OtherFloat[] {
  const found = new Set<OtherFloat>();
  const look = (name: string, types: Graph['types']) => {
    const dtype = types.get(name)?.dtype;
    if (isOther(dtype)) found.add(dtype);
  };
  for (const name of graph.inputs) if (!graph.constants.has(name)) look(name, graph.types);
  for (const node of graph.nodes) {
    for (const name of [...node.inputs, ...node.outputs]) look(name, graph.types);
    for (const attribute of node.attributes.values()) {
      if (attribute.kind === 'graph') for (const dtype of otherFloats(attribute.value)) found.add(dtype);
    }
  }
  return [...found].sort();
}

/**
 * The same network with float32 in place of every other floating type: inputs, weights, results of casts and other
 * operators, and everything in subgraphs. Halves keep their exact values; doubles are rounded. A cast between floating
 * types then changes nothing.
 */
export function inFloat32(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map(nodeInFloat32),
    constants: mapped(graph.constants, tensorInFloat32),
    types: mapped(graph.types, typeInFloat32),
  };
}

function nodeInFloat32(node: Node): Node {
  let changed = false;
  const attributes = new Map(node.attributes);
  for (const [name, attribute] of node.attributes) {
    const now = attributeInFloat32(name, attribute);
    if (now === attribute) continue;
    attributes.set(name, now);
    changed = true;
  }
  return changed ? { ...node, attributes } : node;
}

function attributeInFloat32(name: string, attribute: Attribute): Attribute {
  if (attribute.kind === 'graph') return { kind: 'graph', value: inFloat32(attribute.value) };
  if (attribute.kind === 'tensor') {
    const value = tensorInFloat32(attribute.value);
    return value === attribute.value ? attribute : { kind: 'tensor', value };
  }
  if (attribute.kind === 'int' && TYPE_ATTRIBUTES.has(name) && isOther(dtypeOfCode(attribute.value))) {
    return { kind: 'int', value: DTYPE_CODES.float32 };
  }
  return attribute;
}

const tensorInFloat32 = (tensor: Tensor): Tensor => (isOther(tensor.dtype) ? asFloat32(tensor) : tensor);

const typeInFloat32 = (type: ValueType): ValueType =>
  isOther(type.dtype) ? { dtype: 'float32', shape: type.shape } : type;

function mapped<V>(map: ReadonlyMap<string, V>, change: (value: V) => V): ReadonlyMap<string, V> {
  return new Map([...map].map(([name, value]) => [name, change(value)]));
}
