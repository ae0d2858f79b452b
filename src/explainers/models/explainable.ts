import { ExplainError } from '../errors.ts';
import { attributesOf } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { prune, readsOf } from '../graph/rewrite.ts';
import type { ExplainableModel } from '../methods/method.ts';
import { canonicalize } from '../ops/canonical/canonicalize.ts';
import { specialize } from '../ops/infer.ts';
import { isFloat } from '../tensor/dtype.ts';
import { type DType, int64 } from '../tensor/tensor.ts';
import type { ModelCard } from './card.ts';
import { type Activation, findHead, type Head } from './head.ts';
import { inputShape } from './inferCard.ts';
import { findLayers } from './layers.ts';
import { type CardFile, cardLabels, resolveCard } from './resolveCard.ts';

/**
 * The model as methods see it: one float32 image in, batch 1, canonical, its logits and scores as [1, classes].
 * @throws ExplainError `card`, `model`, `unsupported`
 */
export function explainable(
  source: Graph,
  file: CardFile,
): {
  readonly model: ExplainableModel;
  readonly card: ModelCard;
  readonly activation: Activation;
  readonly logits: string;
} {
  const input = imageInput(source, file);
  const fixed = withFixedInput(source, input, file);
  const image = fixed.inputs[source.inputs.indexOf(input)]!;
  const wanted = file.text?.fields.output?.name ?? null;
  const withOutput =
    wanted !== null && isValue(fixed, wanted) ? { ...fixed, outputs: [...new Set([...fixed.outputs, wanted])] } : fixed;
  const graph = canonicalize(withOutput);
  const declared = file.text?.fields.output?.activation ?? 'auto';
  const head = findHead(graph, wanted, cardLabels(file)?.length, declared !== 'none');
  // The card is told what the file declares: a height that is open there is a guess.
  const declaredTypes = new Map([...graph.types, [image, source.types.get(input)!]]);
  const card = resolveCard(file, { ...graph, types: declaredTypes }, image, head);
  const activation: Activation =
    declared !== 'auto' ? declared : (head.found ?? (card.task === 'multi-label' ? 'sigmoid' : 'softmax'));
  // Told to use another activation than the one in the graph: then that one is a part of the model.
  const logits = head.found !== null && head.found !== activation ? head.output : head.logits;
  const model = withHead(graph, image, { ...head, logits }, activation, card.input.layout);
  return { card, activation, logits, model };
}

/** The name of an operator's operand, as TensorFlow writes them: no person named this input. */
const isOperand = (name: string) => /\/\w+\/\w+:\d+$/.test(name);

/** The one input that takes the image. */
function imageInput(graph: Graph, file: CardFile): string {
  const open = graph.inputs.filter((name) => !graph.constants.has(name));
  const shapeOf = (name: string) => graph.types.get(name)?.shape;
  const images = open.filter((name) => {
    const shape = shapeOf(name);
    return shape?.length === 4 && inputShape(shape, file.text?.fields.input?.layout) !== undefined;
  });
  const described = open.map((name) => `'${name}' [${shapeOf(name)?.join(', ') ?? '?'}]`).join(', ');
  if (open.length > 1) {
    throw new ExplainError({
      kind: 'unsupported',
      message: `The model has ${open.length} inputs, ${described}; only models with one input, the image, can be explained yet.`,
      subject: file.model,
      next: open.some(isOperand)
        ? 'Keras\u2019 ONNX export makes inputs of values that it loses (those of a Normalization layer): export a SavedModel and convert that with tf2onnx.'
        : 'Export the model with the other inputs fixed.',
    });
  }
  const name = open[0];
  // An unknown rank, or channels that are not known: the card's layout may tell.
  if (name !== undefined && (images.length === 1 || shapeOf(name)?.length === 4)) return name;
  throw new ExplainError({
    kind: 'unsupported',
    message:
      name === undefined
        ? 'The model has no input.'
        : `The model's input ${described} is not an image: [1, channels, height, width] or [1, height, width, channels].`,
    subject: file.model,
    next: 'Choose a model that classifies images.',
  });
}

const isValue = (graph: Graph, name: string) => graph.nodes.some((node) => node.outputs.includes(name));

/** The same graph for batch 1 and the card's size; an input of another type gets a cast before it. */
function withFixedInput(graph: Graph, input: string, file: CardFile): Graph {
  const fields = file.text?.fields.input;
  const shape = inputShape(graph.types.get(input)?.shape ?? [], fields?.layout);
  if (!shape) return graph; // resolveCard says what is missing
  const size = fields?.size ?? [shape.height ?? 224, shape.width ?? 224];
  const [height, width] = [shape.height ?? size[0]!, shape.width ?? size[1]!];
  const fixed = shape.layout === 'nchw' ? [1, shape.channels, height, width] : [1, height, width, shape.channels];
  return withFloatInput(specialize(graph, new Map([[input, fixed]])), input);
}

/**
 * Images come as float32: a model that wants another type gets a cast in front. Where it takes integers only to make them
 * floats, it gets the floats: the way through integers has no gradient.
 */
function withFloatInput(graph: Graph, input: string): Graph {
  const { dtype, shape } = graph.types.get(input)!;
  if (dtype === 'float32') return graph;
  const readers = graph.nodes.filter((node) => readsOf(node).includes(input));
  if (!isFloat(dtype) && readers.length > 0 && readers.every(({ op, domain }) => op === 'Cast' && domain === '')) {
    return { ...graph, types: new Map([...graph.types, [input, { dtype: 'float32', shape }]]) };
  }
  const image = new GraphBuilder(graph).unique(`${input}:float32`);
  const cast: Node = {
    name: `${image}:cast`,
    op: 'Cast',
    domain: '',
    inputs: [image],
    outputs: [input],
    attributes: attributesOf({ to: ONNX_TYPES[dtype] ?? 1 }),
  };
  return {
    ...graph,
    inputs: graph.inputs.map((name) => (name === input ? image : name)),
    nodes: [cast, ...graph.nodes],
    types: new Map([...graph.types, [image, { dtype: 'float32', shape }]]),
  };
}

/** TensorProto.DataType of the types that image inputs come in. */
const ONNX_TYPES: Partial<Readonly<Record<DType, number>>> = {
  float16: 10,
  float64: 11,
  bfloat16: 16,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
};

/** Adds [1, classes] logits and scores behind the head, and takes away what they do not need. */
function withHead(
  graph: Graph,
  input: string,
  head: Head,
  activation: Activation,
  layout: 'nchw' | 'nhwc',
): ExplainableModel {
  const b = new GraphBuilder(graph);
  const shape = [1, head.classes];
  const { dtype, shape: is } = graph.types.get(head.logits)!;
  let logits = head.logits;
  if (dtype !== 'float32') {
    logits = b.node('Cast', [logits], { to: 1 }, 'logits.float32');
    b.type(logits, { dtype: 'float32', shape: is });
  }
  if (is?.length !== 2 || is[0] !== 1) {
    logits = b.node('Reshape', [logits, b.constant(int64(shape))], {}, 'logits.flat');
    b.type(logits, { dtype: 'float32', shape });
  }
  const scores = ACTIVATE[activation](b, logits);
  b.type(scores, { dtype: 'float32', shape });
  b.setOutputs([...new Set([logits, scores])]);
  const pruned = prune(b.build());
  return {
    graph: pruned,
    input,
    layout,
    logits,
    scores,
    classes: head.classes,
    layers: findLayers(pruned, input, logits),
  };
}

const ACTIVATE: Readonly<Record<Activation, (b: GraphBuilder, logits: string) => string>> = {
  none: (_, logits) => logits,
  sigmoid: (b, logits) => b.node('Sigmoid', [logits], {}, 'scores'),
  softmax: (b, logits) => b.node('Softmax', [logits], { axis: 1 }, 'scores'),
};
