import { ExplainError } from '../../errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { Bounds } from '../../ops/bounds.ts';
import { didYouMean } from '../../suggest.ts';
import { isFloat } from '../../tensor/dtype.ts';
import { noClassScores } from './noClassifier.ts';
import type { ScoreScale } from './outputEvidence.ts';
import type { Reading, ScoreTrace } from './scoreReading.ts';
import { isUnit, traceScores } from './scoreTrace.ts';

export type Activation = 'none' | 'sigmoid' | 'softmax';

/** The source of a model's class scores. */
export interface Head {
  /** The output (or inner value) that was chosen. */
  readonly output: string;
  /** The value before the final activation; `output` itself if there is none. */
  readonly logits: string;
  /** The final activation found in the graph; null: none. */
  readonly found: 'sigmoid' | 'softmax' | null;
  /** How many classes the output has. */
  readonly classes: number;
  /** A value of the logits' type, if their own type is unknown. */
  readonly like?: string;
  /** The model's own scores, if they are not simply the activation of the logits. */
  readonly own?: OwnScores;
  /** The graph does not show what the output holds, but its numbers may. */
  readonly undecided?: true;
}

/** Scores that the model computes, used unchanged. */
export interface OwnScores extends Pick<ScoreTrace, 'shares' | 'degenerate' | 'passed'> {
  readonly scores: Reading;
  /** The explained value: the logits behind the scores; null: the scores themselves. */
  readonly logits: Reading | null;
  /** The output's numbers, not the graph, show that these are scores. */
  readonly seen?: ScoreScale;
}

/**
 * Finds the class logits.
 * @param graph with the types of all values known
 * @param name the card's `output.name`
 * @param labels how many labels the card has, to choose among several outputs
 * @param strip false: the output is used unchanged (`activation: none`)
 * @throws ExplainError `card`, or `unsupported` if the model has no class scores at all
 */
export function findHead(graph: Graph, name: string | null, labels: number | undefined, strip: boolean): Head {
  const bounds = new Bounds(graph);
  if (name !== null) {
    if (graph.types.has(name) && (bounds.made.has(name) || graph.outputs.includes(name))) {
      const head = headOf(graph, bounds, name, strip);
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
      message: `The model has no output or value '${name}'.${didYouMean(name, [...graph.outputs, ...bounds.made.keys()])}`,
      subject: 'output.name',
      next: `Its outputs are ${list(graph.outputs)}.`,
    });
  }
  const heads = new Map<string, Head>();
  for (const output of graph.outputs) {
    // An integer output next to the scores is the number of the best class.
    if (!isFloat(graph.types.get(output)?.dtype ?? 'float32')) continue;
    const head = headOf(graph, bounds, output, strip);
    // If both logits and their probabilities are outputs, only the head with the activation is kept.
    const logits = head?.own?.logits?.value ?? head?.logits;
    if (head && logits !== undefined && (!heads.has(logits) || head.found || head.own)) heads.set(logits, head);
  }
  const all = [...heads.values()];
  const fitting = labels === undefined ? all : all.filter((head) => head.classes === labels);
  const chosen = fitting.length > 0 ? fitting : all;
  if (chosen.length === 1) return chosen[0]!;
  if (all.length === 0) throw noClassScores(graph, bounds);
  throw new ExplainError({
    kind: 'card',
    message: `The model has several outputs that may hold the classes: ${list(chosen.map((head) => head.output))}.`,
    subject: graph.name,
    next: 'Choose one in the model card: "output": { "name": "…" }.',
  });
}

function headOf(graph: Graph, bounds: Bounds, output: string, strip: boolean): Head | undefined {
  const classes = elements(graph, output);
  if (classes === undefined) return undefined;
  const plain: Head = { output, logits: output, found: null, classes };
  if (!strip) return plain;
  const trace = traceScores(graph, bounds, output);
  const { found, logits, scores, shares, degenerate, passed } = trace;
  if (trace.exact && logits) {
    return logits.moves.every(({ output: moved }) => bounds.entry(moved)?.regroups)
      ? { ...plain, logits: logits.value, found, ...(!graph.types.has(logits.value) && { like: logits.like }) }
      : {
          ...plain,
          found,
          own: { scores: scores ?? { value: output, moves: [] }, logits, shares, degenerate, passed },
        };
  }
  if (scores) return { ...plain, found, own: { scores, logits, shares, degenerate, passed } };
  const range = bounds.of(output);
  return range !== undefined && (range.low < 0 || isUnit(range)) ? plain : { ...plain, undecided: true };
}

/** More than any classifier has: each of them gets a name. */
const MOST_CLASSES = 2 ** 20;

/**
 * The number of classes in a value of shape [1, classes] or [1, classes, 1, 1] (axes of 1 anywhere); else undefined.
 */
function elements(graph: Graph, value: string): number | undefined {
  const count = vectorLength(graph, value);
  return count !== undefined && count <= MOST_CLASSES ? count : undefined;
}

function vectorLength(graph: Graph, value: string): number | undefined {
  const shape = graph.types.get(value)?.shape;
  if (!shape) return undefined;
  const rest = shape.slice(1).filter((dim) => dim !== 1);
  if (shape.length === 1) return typeof shape[0] === 'number' ? shape[0] : undefined;
  if (shape.length > 0 && shape[0] !== 1 && typeof shape[0] === 'number') return undefined;
  if (rest.length === 0) return 1;
  return rest.length === 1 && typeof rest[0] === 'number' ? rest[0] : undefined;
}

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
