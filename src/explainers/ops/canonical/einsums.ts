import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { isStatic } from '../elements.ts';
import { Emit } from '../emit.ts';
import { equationOf, sizesOf } from '../equation.ts';
import type { Inference } from '../infer.ts';
import { contracted, type Operand, ordered, plainOperand, summed } from './sumOfProducts.ts';

/**
 * Einsum as the operators that most exports write instead: matrix products, products of elements, sums and
 * transpositions. Code that looks for attention, or for a layer's weights, then sees one form.
 * @returns undefined if there is no such node whose operands' shapes are known
 */
export function expandEinsums(graph: Graph, { types, values }: Inference): Graph | undefined {
  const replaced = new Map<Node, readonly Node[]>();
  const b = new GraphBuilder(graph);
  for (const node of graph.nodes) {
    if (node.op !== 'Einsum' || node.domain !== '') continue;
    const shapes = node.inputs.map((name) => types.get(name)?.shape);
    if (!shapes.every((shape): shape is readonly number[] => isStatic(shape))) continue;
    const equation = equationOf(
      node,
      shapes.map((shape) => shape.length),
    );
    const sizes = sizesOf(equation.inputs, shapes);
    const before = b.nodeCount;
    const e = new Emit(b, types.get(node.inputs[0]!)!.dtype);
    const operands = node.inputs.map((value, i) => {
      const constant = graph.constants.has(value) || values.has(value);
      return plainOperand(e, { value, letters: [...equation.inputs[i]!], constant }, shapes[i]!, sizes);
    });
    const result = sumOfProducts(e, operands, [...equation.output], sizes);
    // The last node gives the output its name; if nothing changes, it is an Identity.
    const output = node.inputs.includes(result) ? b.node('Identity', [result]) : result;
    const named = b.nodesFrom(before).map((each) => ({
      ...each,
      outputs: each.outputs.map((name) => (name === output ? node.outputs[0]! : name)),
    }));
    replaced.set(node, named);
  }
  if (replaced.size === 0) return undefined;
  return { ...b.build(), nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]) };
}

/** Multiplies operands in pairs, those with the smallest product first. */
function sumOfProducts(
  e: Emit,
  operands: readonly Operand[],
  output: readonly string[],
  sizes: ReadonlyMap<string, number>,
): string {
  let rest = operands;
  while (rest.length > 1) {
    const pairs = rest.flatMap((a, i) => rest.slice(i + 1).map((b) => [a, b] as const));
    const wantedBy = ([a, b]: readonly [Operand, Operand]) => {
      const others = rest.filter((each) => each !== a && each !== b).flatMap(({ letters }) => letters);
      return output.concat(others);
    };
    const size = (pair: readonly [Operand, Operand]) => {
      const wanted = new Set(wantedBy(pair));
      const letters = new Set(pair.flatMap(({ letters }) => letters).filter((letter) => wanted.has(letter)));
      return [...letters].reduce((product, letter) => product * sizes.get(letter)!, 1);
    };
    const pair = pairs.reduce((best, each) => (size(each) < size(best) ? each : best));
    const product = contracted(e, pair, wantedBy(pair), sizes);
    rest = [product, ...rest.filter((each) => !pair.includes(each))];
  }
  return ordered(e, summed(e, rest[0]!, output), output).value;
}
