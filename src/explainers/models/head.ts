import { ExplainError } from '../errors.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { didYouMean } from '../suggest.ts';

export type Activation = 'none' | 'sigmoid' | 'softmax';

/** Where a model's class scores come from. */
export interface Head {
  /** The output (or inner value) that was chosen. */
  readonly output: string;
  /** The value before the final activation; `output` itself where there is none. */
  readonly logits: string;
  /** The final activation found in the graph; null: none. */
  readonly found: 'sigmoid' | 'softmax' | null;
  /** How many elements the logits have. */
  readonly classes: number;
}

/** Operators that end a classifier, and what they are to us. */
const ACTIVATIONS: Readonly<Record<string, 'sigmoid' | 'softmax'>> = {
  Sigmoid: 'sigmoid',
  Softmax: 'softmax',
  LogSoftmax: 'softmax',
};

/** Operators that may stand between the activation and the output: they only pass the numbers on. */
const PASSING = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast', 'Dropout']);

/**
 * Finds the class logits.
 * @param graph with the types of all values known
 * @param name the card's `output.name`
 * @param labels how many labels the card has: tells several outputs apart
 * @param strip false: the output is taken as it is (`activation: none`)
 * @throws ExplainError `card`
 */
export function findHead(graph: Graph, name: string | null, labels: number | undefined, strip: boolean): Head {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  if (name !== null) {
    if (graph.types.has(name) && (producers.has(name) || graph.outputs.includes(name))) {
      const head = headOf(graph, producers, name, strip);
      if (head) return head;
      throw new ExplainError({
        kind: 'card',
        message: `'${name}' has shape [${graph.types.get(name)?.shape?.join(', ') ?? '?'}], not one number per class.`,
        subject: 'output.name',
        next: `Name another value in the card's output.name; the model's outputs are ${list(graph.outputs)}.`,
      });
    }
    throw new ExplainError({
      kind: 'card',
      message: `The model has no output or value '${name}'.${didYouMean(name, [...graph.outputs, ...producers.keys()])}`,
      subject: 'output.name',
      next: `Its outputs are ${list(graph.outputs)}.`,
    });
  }
  const heads = new Map<string, Head>();
  for (const output of graph.outputs) {
    const head = headOf(graph, producers, output, strip);
    // Of logits and their probabilities, both given out, one head is left: that with the activation.
    if (head && (!heads.has(head.logits) || head.found)) heads.set(head.logits, head);
  }
  const all = [...heads.values()];
  const fitting = labels === undefined ? all : all.filter((head) => head.classes === labels);
  const chosen = fitting.length > 0 ? fitting : all;
  if (chosen.length === 1) return chosen[0]!;
  throw new ExplainError({
    kind: 'card',
    message:
      all.length === 0
        ? `No output of the model has one number per class: ${graph.outputs.map((o) => `'${o}' [${graph.types.get(o)?.shape?.join(', ') ?? '?'}]`).join(', ')}.`
        : `The model has several outputs that may hold the classes: ${list(chosen.map((head) => head.output))}.`,
    subject: graph.name,
    next: 'Say which in the model card: "output": { "name": "…" }.',
  });
}

function headOf(graph: Graph, producers: ReadonlyMap<string, Node>, output: string, strip: boolean): Head | undefined {
  const classes = elements(graph, output);
  if (classes === undefined) return undefined;
  const activation = strip ? finalActivation(producers, output) : undefined;
  const logits = activation?.inputs[0] ?? output;
  if (activation && elements(graph, logits) !== classes) return { output, logits: output, found: null, classes };
  return { output, logits, found: activation ? ACTIVATIONS[activation.op]! : null, classes };
}

function finalActivation(producers: ReadonlyMap<string, Node>, output: string): Node | undefined {
  let node = producers.get(output);
  while (node && PASSING.has(node.op)) node = producers.get(node.inputs[0]!);
  return node && node.domain === '' && node.op in ACTIVATIONS ? node : undefined;
}

/** The number of classes in a value of shape [1, classes] or [1, classes, 1, 1] (axes of 1 anywhere); else undefined. */
function elements(graph: Graph, value: string): number | undefined {
  const shape = graph.types.get(value)?.shape;
  if (!shape || shape.length === 0) return undefined;
  const rest = shape.slice(1).filter((dim) => dim !== 1);
  if (shape.length === 1) return typeof shape[0] === 'number' ? shape[0] : undefined;
  if (shape[0] !== 1 && typeof shape[0] === 'number') return undefined;
  if (rest.length === 0) return 1;
  return rest.length === 1 && typeof rest[0] === 'number' ? rest[0] : undefined;
}

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
