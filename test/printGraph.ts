import type { Attribute, Graph, Node, ValueType } from '../src/explainers/graph/graph.ts';

/**
 * The graph as text, one line per value, for goldens and for people:
 *
 *     graph main (opset 21)
 *     input  image: float32[1,3,224,224]
 *     const  w: float32[8,3,3,3]
 *     conv1 = Conv(image, w, ·) {kernel_shape: [3,3]} : float32[1,8,222,222]
 *     output conv1
 */
export function printGraph(graph: Graph): string {
  return [...lines(graph)].join('\n');
}

function* lines(graph: Graph): Generator<string> {
  const typed = (name: string) => `${name}: ${typeText(graph.types.get(name))}`;
  yield `graph ${graph.name} (opset ${graph.opset})`;
  for (const name of graph.inputs) yield `input  ${typed(name)}`;
  for (const name of graph.constants.keys()) yield `const  ${typed(name)}`;
  for (const node of graph.nodes) {
    const types = node.outputs.map((name) => typeText(graph.types.get(name))).join(', ');
    yield `${node.outputs.map(orDot).join(', ')} = ${printNode(node)} : ${types}`;
    for (const [name, attribute] of node.attributes) {
      if (attribute.kind !== 'graph') continue;
      yield `  ${name}:`;
      for (const line of lines(attribute.value)) yield `    ${line}`;
    }
  }
  for (const name of graph.outputs) yield `output ${name}`;
}

/** One node without its outputs: `Conv(x, w, ·) {group: 2}`. */
export function printNode(node: Node): string {
  const op = node.domain ? `${node.domain}.${node.op}` : node.op;
  const attributes = [...node.attributes].map(([name, attribute]) => `${name}: ${attributeText(attribute)}`);
  return `${op}(${node.inputs.map(orDot).join(', ')})${attributes.length > 0 ? ` {${attributes.join(', ')}}` : ''}`;
}

/** `float32[1,3,height,width]`; `?` where nothing is known. */
function typeText(type: ValueType | undefined): string {
  if (!type) return '?';
  return `${type.dtype}${type.shape ? `[${type.shape.join(',')}]` : '[…]'}`;
}

const orDot = (name: string) => name || '·';

function attributeText(attribute: Attribute): string {
  if (attribute.kind === 'tensor') return `${attribute.value.dtype}[${attribute.value.shape.join(',')}]`;
  if (attribute.kind === 'graph') return '…';
  if (attribute.kind === 'float') return attribute.value.toPrecision(6).replace(/\.?0+$/, '');
  return JSON.stringify(attribute.value);
}
