import { ExplainError } from '../errors.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { runtimeReason } from './runtimeReason.ts';

/**
 * ONNX Runtime's error in our own terms. Its messages are prose, so the operator and node in them are looked up in the
 * graph, and only names that really exist are passed on.
 */
export function ortError(thrown: unknown, graph: Graph, title: string): ExplainError {
  if (thrown instanceof ExplainError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (/alloc|out of memory|bad_alloc|RangeError: Array buffer/i.test(text)) {
    return new ExplainError(
      {
        kind: 'memory',
        message: `${title} ran out of memory.`,
        subject: graph.name,
        next: 'Close other programs, explain fewer classes at once, or use a smaller input size.',
      },
      { cause: thrown },
    );
  }
  const opset = /Opset (\d+) is under development[\s\S]*?till opset (\d+)/.exec(text);
  if (opset) {
    return new ExplainError(
      {
        kind: 'unsupported',
        message: `The model is written in ONNX opset ${opset[1]}, which ${title} does not support; it supports ${opset[2]} and older.`,
        subject: graph.name,
        next: `Export the model again with opset ${opset[2]} or older, or convert it with onnx.version_converter.`,
      },
      { cause: thrown },
    );
  }
  const node = mentionedNode(text, graph);
  const reason = runtimeReason(text);
  if (/NOT_IMPLEMENTED|not a registered function|No Op registered|Could not find an implementation/i.test(text)) {
    return new ExplainError(
      {
        kind: 'unsupported',
        message: node
          ? `${title} ${lackOf(node, graph, text)}.`
          : `${title} does not support an operator of this model${because(reason)}.`,
        subject: node ? `node '${node.name}'` : graph.name,
        next: 'Export the model with standard ONNX operators in float32, without custom operator libraries.',
      },
      { cause: thrown },
    );
  }
  return new ExplainError(
    {
      kind: 'engine',
      message: `${title} refused the model${because(reason)}.`,
      subject: node ? `${node.op} node '${node.name}'` : graph.name,
      next: 'Run the file in ONNX Runtime itself. If that refuses it too, export the model again; otherwise try another device (--device cpu) or engine.',
    },
    { cause: thrown },
  );
}

const because = (reason: string | null) => (reason === null ? '' : `: ${reason.replace(/\.\s*$/, '')}`);

/** What the runtime lacks: an operator, or an ai.onnx operator that it has, but not for the dtypes of this node. */
function lackOf(node: Node, graph: Graph, text: string): string {
  const name = node.domain ? `${node.op} of domain '${node.domain}'` : node.op;
  const dtypes = [
    ...new Set(
      node.inputs.flatMap((input) => graph.types.get(input)?.dtype ?? graph.constants.get(input)?.dtype ?? []),
    ),
  ];
  const forTypes =
    /Could not find an implementation/i.test(text) && node.domain === '' && dtypes.some((dtype) => dtype !== 'float32');
  return forTypes
    ? `has no operator ${name} for ${dtypes.join(', ')} (opset ${graph.opset})`
    : `has no operator ${name}`;
}

/** The node that the message names, else the first node of the operator that it names. */
function mentionedNode(text: string, graph: Graph) {
  const words = new Set(text.match(/[^\s'"()[\],:;]+/g));
  const quoted = [...text.matchAll(/node[^'"]*['"]([^'"]+)['"]|Node:?\s*\(?([^\s)]+)/gi)].flatMap((m) => [m[1], m[2]]);
  return (
    graph.nodes.find((node) => node.name !== '' && quoted.includes(node.name)) ??
    graph.nodes.find((node) => words.has(node.op) && node.domain !== '') ??
    graph.nodes.find((node) => words.has(node.op) || [...words].some((word) => word.startsWith(`${node.op}(`)))
  );
}
