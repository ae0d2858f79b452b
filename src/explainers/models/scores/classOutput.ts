import type { ClassReduction } from '../../contracts/card.ts';
import { ExplainError } from '../../errors.ts';
import { numberAttribute } from '../../graph/attributes.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph, Node, ValueType } from '../../graph/graph.ts';
import { producers } from '../../graph/rewrite.ts';
import { isStatic } from '../../ops/elements.ts';
import { inferTypes } from '../../ops/infer.ts';
import { opEntry } from '../../ops/opTable.ts';
import { fromFront } from '../../ops/types.ts';
import { isFloat } from '../../tensor/dtype.ts';
import { int64 } from '../../tensor/tensor.ts';

/** Where the classes lie in a value. */
interface Place {
  readonly value: string;
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The graph with one more output: one number per class, made of an output that has further axes.
 * @param name of the output; null: the only one with further axes
 * @param subject of an error
 */
export function withClassOutput(
  graph: Graph,
  name: string | null,
  reduction: ClassReduction,
  subject: string,
): { readonly graph: Graph; readonly output: string } {
  const value = name ?? onlyOutput(graph, subject);
  const shape = staticShape(graph, value, subject);
  const { axis, from, over } = reduction;
  const size = shape[axis];
  const to = reduction.to ?? size ?? 0;
  if (size === undefined || from >= to || to > size) {
    const what =
      size === undefined
        ? `no axis ${axis}`
        : `${size} element${size === 1 ? '' : 's'} along axis ${axis}, not ${from} to ${to}`;
    throw new ExplainError({
      kind: 'card',
      message: `'${value}' [${shape.join(', ')}] has ${what}.`,
      subject,
      next: 'Set "axis", "from" and "to" of "classes" to where the scores of the classes lie; axes and elements count from 0.',
    });
  }
  const b = new GraphBuilder(graph);
  const made = producers(graph.nodes);
  const place = withinJoined(graph, made, { value, axis, from, to });
  const activation = over === 'max' ? sigmoidBefore(made.get(place.value)) : undefined;
  const logits = reduced(b, { ...place, value: activation?.inputs[0] ?? place.value }, graph, shape.length, over);
  const output = b.unique(`${value}.classes`);
  const last = activation ?? { op: 'Identity', domain: '', attributes: new Map() };
  b.add({ ...last, name: `${output}/scores`, inputs: [logits], outputs: [output] });
  b.setOutputs([...graph.outputs, output]);
  return { graph: inferTypes(b.build()), output };
}

/** The class axis' part, reduced over all axes but it and the batch: [1, classes]. */
function reduced(b: GraphBuilder, place: Place, graph: Graph, rank: number, over: ClassReduction['over']): string {
  const { value, axis, from, to } = place;
  const whole = from === 0 && to === sizeAlong(graph, value, axis);
  const vector = (...values: number[]) => b.constant(int64(values));
  const classes = whole ? value : b.node('Slice', [value, vector(from), vector(to), vector(axis)], {}, `${value}.part`);
  const others = Array.from({ length: rank }, (_, i) => i).filter((i) => i > 0 && i !== axis);
  if (others.length === 0) return classes;
  return b.node(REDUCE[over], [classes, vector(...others)], { keepdims: 0 }, `${value}.${over}`);
}

const REDUCE: Readonly<Record<ClassReduction['over'], string>> = { max: 'ReduceMax', mean: 'ReduceMean' };

const sizeAlong = (graph: Graph, value: string, axis: number) => graph.types.get(value)?.shape?.[axis];

/** Where scores and boxes were joined along the axis of classes: the part that holds the classes. */
function withinJoined(graph: Graph, made: ReadonlyMap<string, Node>, place: Place): Place {
  const node = made.get(place.value);
  const rank = graph.types.get(place.value)?.shape?.length;
  if (!node || !opEntry(node.op, node.domain)?.joins || rank === undefined) return place;
  if (fromFront(numberAttribute(node, 'axis', 0), rank) !== place.axis) return place;
  let start = 0;
  for (const input of node.inputs) {
    const size = sizeAlong(graph, input, place.axis);
    if (typeof size !== 'number') return place;
    if (place.from >= start && place.to <= start + size) {
      return withinJoined(graph, made, { ...place, value: input, from: place.from - start, to: place.to - start });
    }
    start += size;
  }
  return place;
}

/** The sigmoid that made a value: the largest of its results is the result of the largest logit. */
function sigmoidBefore(node: Node | undefined): Node | undefined {
  const entry = node && opEntry(node.op, node.domain);
  return entry?.activation === 'sigmoid' && !entry.across && node?.inputs.length === 1 ? node : undefined;
}

function onlyOutput(graph: Graph, subject: string): string {
  const further = graph.outputs.filter((output) => {
    const type = graph.types.get(output);
    return isFloat(type?.dtype ?? 'float32') && (type?.shape?.length ?? 0) > 2;
  });
  if (further.length === 1) return further[0]!;
  throw new ExplainError({
    kind: 'card',
    message: `"classes" is given without the output that it is about: the model has ${further.length} with more than two axes.`,
    subject,
    next: `Add "name" to "output"; the model's outputs are ${graph.outputs.map((output) => `'${output}'`).join(', ')}.`,
  });
}

function staticShape(graph: Graph, value: string, subject: string): readonly number[] {
  const type: ValueType | undefined = graph.types.get(value);
  if (type && isStatic(type.shape) && type.shape[0] === 1) return type.shape;
  const known = type !== undefined || graph.nodes.some((node) => node.outputs.includes(value));
  throw new ExplainError({
    kind: 'card',
    message: known
      ? `The shape of '${value}', [${type?.shape?.join(', ') ?? '?'}], is not that of one image, or known only when the model runs.`
      : `The model has no output or value '${value}'.`,
    subject,
    next: known
      ? 'Name a value of a fixed shape, or export the model with a fixed input size.'
      : `Its outputs are ${graph.outputs.map((output) => `'${output}'`).join(', ')}.`,
  });
}
