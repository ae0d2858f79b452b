import { ExplainError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';

/**
 * What ONNX Runtime said, in our terms. Its messages are prose; the operator and node in them are looked up in the graph, so
 * that only names that are really there are passed on.
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
        message: `The model is written in ONNX opset ${opset[1]}, which is newer than ${title} runs: it knows ${opset[2]} and older.`,
        subject: graph.name,
        next: `Export the model again with opset ${opset[2]} or older, or convert it with onnx.version_converter.`,
      },
      { cause: thrown },
    );
  }
  const node = mentionedNode(text, graph);
  if (/NOT_IMPLEMENTED|not a registered function|No Op registered|Could not find an implementation/i.test(text)) {
    return new ExplainError(
      {
        kind: 'unsupported',
        message: node
          ? `${title} has no operator ${node.op}${node.domain ? ` of domain '${node.domain}'` : ''}.`
          : `${title} lacks an operator of this model: ${firstLine(text)}`,
        subject: node ? `node '${node.name}'` : graph.name,
        next: 'Export the model with standard ONNX operators (opset 11 to 24), without custom operator libraries.',
      },
      { cause: thrown },
    );
  }
  return new ExplainError(
    {
      kind: 'engine',
      message: `${title} refused the model: ${firstLine(text)}`,
      subject: node ? `${node.op} node '${node.name}'` : graph.name,
      next: 'Check the model with onnx.checker, or try another device (--device cpu) or engine.',
    },
    { cause: thrown },
  );
}

/** The node that the message names; else the first node of the operator that it names. */
function mentionedNode(text: string, graph: Graph) {
  const words = new Set(text.match(/[^\s'"()[\],:;]+/g));
  const quoted = [...text.matchAll(/node[^'"]*['"]([^'"]+)['"]|Node:?\s*\(?([^\s)]+)/gi)].flatMap((m) => [m[1], m[2]]);
  return (
    graph.nodes.find((node) => node.name !== '' && quoted.includes(node.name)) ??
    graph.nodes.find((node) => words.has(node.op) && node.domain !== '') ??
    graph.nodes.find((node) => words.has(node.op) || [...words].some((word) => word.startsWith(`${node.op}(`)))
  );
}

/** What the library said, without where in its own source it said so. */
function firstLine(text: string): string {
  const said = withoutSource(text).split('\n');
  const line = said.find((part) => part.trim() !== '') ?? 'it gave no reason';
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** `/onnxruntime_src/core/graph.h:46 void ns::f(const T&, int) What went wrong` → `What went wrong` */
function withoutSource(text: string): string {
  const place = /\/?\S*\.(?:cc|cpp|h|hpp):\d+\s+/.exec(text);
  if (!place) return text;
  const before = text.slice(0, place.index);
  const rest = text.slice(place.index + place[0].length);
  const open = rest.indexOf('(');
  if (open < 0) return before;
  let depth = 0;
  let end = open;
  for (; end < rest.length; end++) {
    if (rest[end] === '(') depth++;
    else if (rest[end] === ')' && --depth === 0) break;
  }
  // A second place may stand in what is left.
  return withoutSource(before + rest.slice(end + 1).replace(/^\s*(?:const)?\s*(?:\[with [^\]]*\])?\s*/, ''));
}
