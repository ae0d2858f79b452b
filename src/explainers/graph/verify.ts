import { append } from '../lists.ts';
import { lengthOf } from '../tensor/storedTensor.ts';
import { sizeOf } from '../tensor/tensor.ts';
import { attributeProblems } from './attributeBounds.ts';
import type { Graph } from './graph.ts';

/**
 * What is wrong with a graph, all at once, in words; empty for a sound one: every value is made once and before it is
 * read, every output exists, constants and declared types fit each other, and no attribute has a number that a runtime
 * would cut.
 */
export function verify(graph: Graph): readonly string[] {
  return problemsOf(graph, new Set());
}

function problemsOf(graph: Graph, outer: ReadonlySet<string>): readonly string[] {
  const problems: string[] = [];
  const known = new Set(outer);
  const nodeNames = new Set<string>();
  const define = (name: string, what: string) => {
    if (known.has(name)) problems.push(`value '${name}' is computed twice, the second time by ${what}`);
    known.add(name);
  };
  for (const name of graph.inputs) define(name, 'the graph’s inputs');
  for (const [name, tensor] of graph.constants) {
    define(name, 'a constant');
    if (lengthOf(tensor) !== sizeOf(tensor.shape)) {
      problems.push(
        `constant '${name}' holds ${lengthOf(tensor)} elements, which does not match its shape [${tensor.shape}]`,
      );
    }
    const type = graph.types.get(name);
    if (type && type.dtype !== tensor.dtype) problems.push(`constant '${name}' is ${tensor.dtype}, not ${type.dtype}`);
  }
  const everMade = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const node of graph.nodes) {
    const label = `node '${node.name}' (${node.op})`;
    if (nodeNames.has(node.name)) problems.push(`${label} has the name of another node`);
    nodeNames.add(node.name);
    for (const name of node.inputs) {
      if (name === '' || known.has(name)) continue;
      const reason = everMade.has(name) ? 'before it is computed' : 'which nothing computes';
      problems.push(`${label} reads '${name}', ${reason}`);
    }
    append(problems, attributeProblems(node));
    for (const attribute of node.attributes.values()) {
      if (attribute.kind === 'graph') append(problems, problemsOf(attribute.value, known));
    }
    for (const name of node.outputs) if (name !== '') define(name, label);
  }
  for (const name of graph.outputs) {
    if (!known.has(name)) problems.push(`no node computes output '${name}'`);
  }
  if (graph.outputs.length === 0) problems.push('there is no output');
  for (const [name, type] of graph.types) {
    const bad = type.shape?.find((dim) => typeof dim === 'number' && !(Number.isSafeInteger(dim) && dim >= 0));
    if (bad !== undefined) problems.push(`value '${name}' has the impossible dimension ${bad}`);
  }
  return problems;
}
