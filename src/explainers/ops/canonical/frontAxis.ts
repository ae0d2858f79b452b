import { numberAttribute, withAttributes } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { prune, replaceUses } from '../../graph/rewrite.ts';
import { table } from '../../tables.ts';
import { int64 } from '../../tensor/tensor.ts';
import { isStatic } from '../elements.ts';

/** The node for values without their first axis; null if it needs that axis. */
type Lowered = (node: Node) => Node | null;

const asItIs: Lowered = (node) => node;

const axisBefore: Lowered = (node) => {
  const axis = numberAttribute(node, 'axis', 0);
  if (axis === 0) return null;
  return withAttributes(node, { axis: { kind: 'int', value: axis < 0 ? axis : axis - 1 } });
};

/** Operators of gradients that stand between two products or convolutions. */
const LOWERED = table<Lowered>({
  Add: asItIs,
  Sub: asItIs,
  Mul: asItIs,
  Div: asItIs,
  Sum: asItIs,
  Split: axisBefore,
  Concat: axisBefore,
});

/**
 * The graph without the first axis of length 1 wherever a Reshape only adds it to a value and another removes it again
 * (the axis of the classes, if one is explained). A runtime keeps images in its own layout as long as they have four
 * axes; otherwise the operators in between would cost two copies. Needs static shapes; values without one are left
 * alone.
 */
export function withoutFrontAxis(graph: Graph): Graph {
  const b = GraphBuilder.rewriting(graph);
  /** Value [1, …] → the same without that axis. */
  const lower = new Map<string, string>();
  const replaced = new Map<string, string>();
  const shapeOf = (name: string) => {
    const shape = graph.types.get(name)?.shape ?? graph.constants.get(name)?.shape;
    return isStatic(shape) ? shape : undefined;
  };

  for (const node of graph.nodes) {
    const [x, y] = [node.inputs[0] ?? '', node.outputs[0] ?? ''];
    const [from, to] = [shapeOf(x), shapeOf(y)];
    if (node.op === 'Reshape' && node.domain === '' && from && to) {
      if (isFront(from, to)) lower.set(y, x);
      else if (isFront(to, from) && lower.has(x)) replaced.set(y, lower.get(x)!);
    }
    if (!lowered(node)) b.add(node);
  }
  if (replaced.size === 0) return graph;
  return prune(replaceUses(b.build(), replaced));

  /** Adds the node with one axis less, and the original values from its own; one of the two is pruned in the end. */
  function lowered(node: Node): boolean {
    const less = node.domain === '' ? LOWERED[node.op]?.(node) : null;
    const shape = shapeOf(node.outputs[0] ?? '');
    if (!less || shape?.[0] !== 1) return false;
    const inputs = node.inputs.map((name) => {
      const own = shapeOf(name);
      // Inputs with fewer axes are broadcast (or are split sizes) and stay unchanged.
      return own && own.length < shape.length ? name : lower.get(name);
    });
    if (!inputs.some((name, i) => name !== node.inputs[i]) || !inputs.every((name) => name !== undefined)) return false;
    const outputs = node.outputs.map((name) => b.unique(`${name}:lower`));
    b.add({ ...less, inputs: inputs as string[], outputs });
    for (const [i, name] of node.outputs.entries()) {
      const type = graph.types.get(name)!;
      const whole = type.shape as readonly number[];
      b.type(outputs[i]!, { ...type, shape: whole.slice(1) });
      lower.set(name, outputs[i]!);
      b.add({
        name: b.unique(`${name}:front`),
        op: 'Reshape',
        domain: '',
        inputs: [outputs[i]!, b.constant(int64(whole), 'shape')],
        outputs: [name],
        attributes: new Map(),
      });
    }
    return true;
  }
}

/** Whether the second shape is the first with a 1 before it. */
const isFront = (shape: readonly number[], whole: readonly number[]): boolean =>
  whole.length === shape.length + 1 && whole[0] === 1 && shape.every((dim, i) => dim === whole[i + 1]);
