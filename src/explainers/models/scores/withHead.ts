import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, ValueType } from '../../graph/graph.ts';
import { prune } from '../../graph/rewrite.ts';
import { float32, int64 } from '../../tensor/tensor.ts';
import type { Activation } from './head.ts';
import type { Reading } from './scoreReading.ts';
import { partsOf } from './scoreTrace.ts';

/** How the ends of a graph are read. */
export interface ReadEnds {
  readonly classes: number;
  readonly logits: Reading;
  /** The model's own scores; null: the activation of the logits. */
  readonly scores: Reading | null;
}

/** Adds [1, classes] logits and scores after the head, and removes everything they do not need. */
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

/** A graph with the constants of its simplified form that readings found there need, such as indices of slices. */
export function withConstantsOf(graph: Graph, simplified: Graph, { logits, scores }: ReadEnds): Graph {
  const readings = [logits, ...partsOf(logits), ...(scores ? [scores] : [])];
  const moves = readings.flatMap((reading) => reading.moves);
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
  !a.joined &&
  !b.joined &&
  a.moves.length === b.moves.length &&
  !a.logarithm &&
  !b.factor &&
  !b.shift &&
  !a.factor &&
  !a.shift;

interface Read {
  readonly value: string;
  readonly shape: ValueType['shape'];
}

/** A reading as a float32 value [1, classes]. */
function readValue(b: GraphBuilder, graph: Graph, reading: Reading, classes: number, hint: string): string {
  const read = readAsIs(b, graph, reading, hint);
  if (read.shape?.length === 2 && read.shape[0] === 1) return read.value;
  const flat = [1, classes];
  const value = b.node('Reshape', [read.value, b.constant(int64(flat))], {}, `${hint}.flat`);
  b.type(value, { dtype: 'float32', shape: flat });
  return value;
}

/** A reading in the shape of its value, float32, with its moves repeated and its scaling and logarithm undone. */
function readAsIs(b: GraphBuilder, graph: Graph, reading: Reading, hint: string): Read {
  const { moves, factor = 1, shift = 0, logarithm, joined } = reading;
  const type = graph.types.get(reading.value) ?? graph.types.get(reading.like ?? '');
  if (!type) throw new Error(`the type of '${reading.value}' is unknown`);
  const dtype = joined ? 'float32' : type.dtype;
  let value = joined ? joinedValue(b, graph, joined, hint) : reading.value;
  let { shape } = type;
  if (joined) b.type(value, { dtype, shape });
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
  const then = (op: string, more: readonly string[], attributes = {}, name = hint) => {
    value = b.node(op, [value, ...more], attributes, name);
    b.type(value, { dtype: 'float32', shape });
  };
  if (dtype !== 'float32') then('Cast', [], { to: 1 }, `${hint}.float32`);
  if (logarithm) then('Exp', []);
  if (factor !== 1) then('Mul', [b.constant(float32([], [factor]))]);
  if (shift !== 0) then('Add', [b.constant(float32([], [shift]))]);
  return { value, shape };
}

function joinedValue(b: GraphBuilder, graph: Graph, { node, parts }: NonNullable<Reading['joined']>, hint: string) {
  const inputs = parts.map((part) => readAsIs(b, graph, part, hint).value);
  const value = b.unique(`${node.outputs[0]!}:${hint}`);
  b.add({ ...node, name: b.unique(`${node.name}:${hint}`), inputs, outputs: [value] });
  return value;
}
