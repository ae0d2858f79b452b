import { GraphBuilder } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { prune } from '../graph/rewrite.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import type { Activation } from './head.ts';
import type { Reading } from './scoreTrace.ts';

/** How the ends of a graph are read. */
export interface ReadEnds {
  readonly classes: number;
  readonly logits: Reading;
  /** The model's own scores; null: the activation of the logits. */
  readonly scores: Reading | null;
}

/** Adds [1, classes] logits and scores behind the head, and takes away what they do not need. */
export function withHead(
  graph: Graph,
  read: ReadEnds,
  activation: Activation,
): { readonly graph: Graph; readonly logits: string; readonly scores: string } {
  const b = new GraphBuilder(graph);
  const logits = readValue(b, graph, read.logits, read.classes, 'logits');
  const scores = read.scores
    ? sameReading(read.scores, read.logits)
      ? logits
      : readValue(b, graph, read.scores, read.classes, 'scores')
    : ACTIVATE[activation](b, logits);
  b.type(scores, { dtype: 'float32', shape: [1, read.classes] });
  b.setOutputs([...new Set([logits, scores])]);
  return { graph: prune(b.build()), logits, scores };
}

/** A graph with the constants of its simplified form that readings found there need: indices of slices and the like. */
export function withConstantsOf(graph: Graph, simplified: Graph, { logits, scores }: ReadEnds): Graph {
  const moves = [...logits.moves, ...(scores?.moves ?? [])];
  const constants = new Map(graph.constants);
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const name of moves.flatMap(({ node }) => node.inputs.slice(1))) {
    const constant = simplified.constants.get(name);
    if (constant && !made.has(name)) constants.set(name, constant);
  }
  return { ...graph, constants };
}

const ACTIVATE: Readonly<Record<Activation, (b: GraphBuilder, logits: string) => string>> = {
  none: (_, logits) => logits,
  sigmoid: (b, logits) => b.node('Sigmoid', [logits], {}, 'scores'),
  softmax: (b, logits) => b.node('Softmax', [logits], { axis: 1 }, 'scores'),
};

const sameReading = (a: Reading, b: Reading) =>
  a.value === b.value &&
  a.moves.length === b.moves.length &&
  !a.logarithm &&
  !b.factor &&
  !b.shift &&
  !a.factor &&
  !a.shift;

/** A reading as a float32 value [1, classes]: its moves repeated, its line and its logarithm undone. */
function readValue(b: GraphBuilder, graph: Graph, reading: Reading, classes: number, hint: string): string {
  const { moves, factor = 1, shift = 0, logarithm } = reading;
  let value = reading.value;
  const type = graph.types.get(value) ?? graph.types.get(reading.like ?? '');
  if (!type) throw new Error(`the type of '${value}' is not known`);
  const { dtype } = type;
  let { shape } = type;
  for (const { node, output } of moves) {
    const outputs = node.outputs.map((name) => (name === '' ? '' : b.unique(`${name}:${hint}`)));
    b.add({ ...node, name: b.unique(`${node.name}:${hint}`), inputs: [value, ...node.inputs.slice(1)], outputs });
    for (const [k, name] of node.outputs.entries()) {
      const type = graph.types.get(name);
      if (outputs[k] && type) b.type(outputs[k]!, { dtype: type.dtype === 'bool' ? 'bool' : dtype, shape: type.shape });
    }
    value = outputs[node.outputs.indexOf(output)]!;
    shape = graph.types.get(output)?.shape ?? null;
  }
  if (dtype !== 'float32') {
    value = b.node('Cast', [value], { to: 1 }, `${hint}.float32`);
    b.type(value, { dtype: 'float32', shape });
  }
  const flat = [1, classes];
  if (shape?.length !== 2 || shape[0] !== 1) {
    value = b.node('Reshape', [value, b.constant(int64(flat))], {}, `${hint}.flat`);
    b.type(value, { dtype: 'float32', shape: flat });
  }
  const line = (op: string, by: number) => {
    value = b.node(op, [value, b.constant(float32([], [by]))], {}, hint);
    b.type(value, { dtype: 'float32', shape: flat });
  };
  if (logarithm) {
    value = b.node('Exp', [value], {}, hint);
    b.type(value, { dtype: 'float32', shape: flat });
  }
  if (factor !== 1) line('Mul', factor);
  if (shift !== 0) line('Add', shift);
  return value;
}
