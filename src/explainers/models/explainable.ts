import { ExplainError } from '../errors.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { prune } from '../graph/rewrite.ts';
import type { ExplainableModel } from '../methods/method.ts';
import { canonicalize } from '../ops/canonical/canonicalize.ts';
import { specialize } from '../ops/infer.ts';
import { int64 } from '../tensor/tensor.ts';
import { type AsIs, explainedForm, withFloatInput } from './asIs.ts';
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
  readonly asIs: AsIs | null;
  readonly computesIn: string | null;
  readonly notes: readonly string[];
} {
  const image = imageInput(source, file);
  const fixed = withFixedInput(source, image, file);
  const wanted = file.text?.fields.output?.name ?? null;
  const withOutput =
    wanted !== null && isValue(fixed, wanted) ? { ...fixed, outputs: [...new Set([...fixed.outputs, wanted])] } : fixed;
  const form = explainedForm(withOutput, image);
  const graph = canonicalize(form.graph);
  const declared = file.text?.fields.output?.activation ?? 'auto';
  const head = findHead(graph, wanted, cardLabels(file)?.length, declared !== 'none');
  // The card is told what the file declares: a height that is open there is a guess.
  const declaredTypes = new Map([...graph.types, [image, source.types.get(image)!]]);
  const card = resolveCard(file, { ...graph, types: declaredTypes }, image, head);
  const activation: Activation =
    declared !== 'auto' ? declared : (head.found ?? (card.task === 'multi-label' ? 'sigmoid' : 'softmax'));
  // Told to use another activation than the one in the graph: then that one is a part of the model.
  const logits = head.found !== null && head.found !== activation ? head.output : head.logits;
  const named = { ...head, logits };
  const { graph: headed, ...ends } = withHead(graph, named, activation);
  const model: ExplainableModel = {
    graph: headed,
    input: image,
    layout: card.input.layout,
    ...ends,
    classes: head.classes,
    layers: findLayers(headed, image, ends.logits, card.input.layout),
  };
  const own = form.differs ? withFloatInput(withOutput, image) : null;
  const asIs =
    own && isValue(own.graph, logits) ? { input: own.input, ...withHead(own.graph, named, activation) } : null;
  return { card, activation, logits, model, asIs, computesIn: form.computesIn, notes: form.notes };
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

/** The same graph for batch 1 and the card's size. */
function withFixedInput(graph: Graph, input: string, file: CardFile): Graph {
  const fields = file.text?.fields.input;
  const shape = inputShape(graph.types.get(input)?.shape ?? [], fields?.layout);
  if (!shape) return graph; // resolveCard says what is missing
  const size = fields?.size ?? [shape.height ?? 224, shape.width ?? 224];
  const [height, width] = [shape.height ?? size[0]!, shape.width ?? size[1]!];
  const fixed = shape.layout === 'nchw' ? [1, shape.channels, height, width] : [1, height, width, shape.channels];
  return specialize(graph, new Map([[input, fixed]]));
}

/** Adds [1, classes] logits and scores behind the head, and takes away what they do not need. */
function withHead(
  graph: Graph,
  head: Head,
  activation: Activation,
): { readonly graph: Graph; readonly logits: string; readonly scores: string } {
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
  return { graph: prune(b.build()), logits, scores };
}

const ACTIVATE: Readonly<Record<Activation, (b: GraphBuilder, logits: string) => string>> = {
  none: (_, logits) => logits,
  sigmoid: (b, logits) => b.node('Sigmoid', [logits], {}, 'scores'),
  softmax: (b, logits) => b.node('Softmax', [logits], { axis: 1 }, 'scores'),
};
