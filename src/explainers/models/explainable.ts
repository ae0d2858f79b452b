import type { ModelCard } from '../contracts/card.ts';
import type { Graph } from '../graph/graph.ts';
import type { ExplainableModel } from '../method/method.ts';
import { canonicalize } from '../ops/canonical/canonicalize.ts';
import { specialize } from '../ops/infer.ts';
import { type AsIs, explainedForm, withFloatInput } from './asIs.ts';
import { inputShape } from './card/inferCard.ts';
import { type CardFile, cardLabels, classReduction, openSize, resolveCard } from './card/resolveCard.ts';
import { type OfOneImage, ofOneImage } from './fixedBatch.ts';
import { withFurtherInputs } from './furtherInputs.ts';
import { imageInput } from './imageInput.ts';
import { findLayers } from './layers.ts';
import { imageAxes } from './openAxes.ts';
import { withClassOutput } from './scores/classOutput.ts';
import { type Activation, findHead } from './scores/head.ts';
import type { OutputEvidence } from './scores/outputEvidence.ts';
import { scoresOf, withEvidence } from './scores/scoresOf.ts';
import { partsOf } from './scores/scoreTrace.ts';
import { withConstantsOf, withHead } from './scores/withHead.ts';

/**
 * The model in the form that methods use: one float32 image in, batch 1, canonical, with logits and scores as [1,
 * classes].
 * @param evidence the output's numbers when the model was run
 * @throws ExplainError `card`, `model`, `unsupported`
 */
export function explainable(
  original: Graph,
  file: CardFile,
  evidence?: OutputEvidence,
): {
  readonly model: ExplainableModel;
  readonly card: ModelCard;
  readonly activation: Activation;
  /** The graph does not show whether the output holds scores: run it, and pass its output as `evidence`. */
  readonly undecided: boolean;
  readonly logits: string;
  readonly asIs: AsIs | null;
  readonly computesIn: string | null;
  readonly notes: readonly string[];
} {
  const image = imageInput(original, file);
  const { graph: withInputs, inputs, shapes } = withFurtherInputs(original, image, file);
  const source = withKnownAxes(withInputs, image, file);
  const named = file.text?.fields.output?.name ?? null;
  const { graph: sized, repeated } = withFixedInput(source, image, shapes, file, named);
  const { graph: fixed, wanted } = withClasses(sized, file, named);
  const withOutput =
    wanted !== null && isValue(fixed, wanted) ? { ...fixed, outputs: [...new Set([...fixed.outputs, wanted])] } : fixed;
  const form = explainedForm(withOutput, image, file.text?.fields.quantised ?? 'asIs');
  const graph = canonicalize(form.graph);
  const declared = file.text?.fields.output?.activation ?? 'auto';
  const traced = findHead(graph, wanted, cardLabels(file)?.length, declared !== 'none');
  const head = evidence ? withEvidence(traced, evidence) : traced;
  // The card is compared with the declaration in the file: if a height is dynamic there, the card's height is a guess.
  const declaredTypes = new Map([...graph.types, [image, source.types.get(image)!]]);
  const card = resolveCard(file, { ...graph, types: declaredTypes }, image, head, inputs);
  const { activation, logits, scores } = scoresOf(head, declared, card.task);
  const read = { logits, scores, classes: head.classes };
  const { graph: headed, ...ends } = withHead(graph, read, activation);
  let layers: ExplainableModel['layers'] | undefined;
  const model: ExplainableModel = {
    graph: headed,
    input: image,
    layout: card.input.layout,
    ...ends,
    classes: head.classes,
    // Found when a method of layers or a list of them first asks: predictions and gradients need none.
    get layers() {
      layers ??= findLayers(headed, image, ends.logits, card.input.layout, classReduction(file) !== undefined);
      return layers;
    },
  };
  const own = form.differs ? withFloatInput(withOutput, image) : null;
  const readable =
    own &&
    [...partsOf(logits), ...(scores ? [scores] : [])].every(
      ({ value, like }) => isValue(own.graph, value) && (own.graph.types.has(value) || own.graph.types.has(like ?? '')),
    );
  const asIs = readable
    ? { input: own.input, ...withHead(withConstantsOf(own.graph, graph, read), read, activation) }
    : null;
  const undecided = declared === 'auto' && head.undecided === true;
  return {
    card,
    activation,
    logits: logits.value,
    undecided,
    model,
    asIs,
    computesIn: form.computesIn,
    notes: [...form.notes, ...(repeated ? [REPEATED] : []), ...policyNote(original)],
  };
}

/** Keras' layers may compute in another type than their weights have; here they all compute in float32. */
function policyNote({ metadata }: Graph): readonly string[] {
  const policy = metadata.get('keras.policy');
  if (policy === undefined) return [];
  return [
    `Keras computes this model in ${policy}. Here its scores and maps are computed in float32 with the same weights, so the scores differ from Keras’ by its rounding.`,
  ];
}

const REPEATED =
  'The model file fixes a batch of several images, so the model runs on copies of the image. Methods of single layers cannot run; export the model with a batch of 1 for them.';

/** The graph with the output that the card reduces to one number per class, and the output to read. */
function withClasses(graph: Graph, file: CardFile, named: string | null) {
  const reduction = classReduction(file);
  if (!reduction) return { graph, wanted: named };
  const { graph: reduced, output } = withClassOutput(graph, named, reduction, file.text!.at(['output', 'classes']));
  return { graph: reduced, wanted: output };
}

const isValue = (graph: Graph, name: string) => graph.nodes.some((node) => node.outputs.includes(name));

/** The same graph with the channels of its image, where only its first layer says how many there are and where. */
function withKnownAxes(graph: Graph, input: string, file: CardFile): Graph {
  const { dtype, shape } = graph.types.get(input)!;
  const layout = file.text?.fields.input?.layout;
  const known = shape && inputShape(shape, layout, file.text?.fields.input?.bands?.length);
  const place = { nchw: 1, nhwc: 3 } as const;
  if (!shape || (known && typeof shape[place[known.layout]] === 'number')) return graph;
  const axes = imageAxes(graph, input);
  if (!axes || (layout && axes.layout !== layout)) return graph;
  const at = place[axes.layout];
  if (typeof shape[at] === 'number') return graph;
  const open = shape.map((dim, axis) => (axis === at ? axes.channels : dim));
  return { ...graph, types: new Map([...graph.types, [input, { dtype, shape: open }]]) };
}

/** The same graph for batch 1 and the card's size, and the further inputs' shapes. */
function withFixedInput(
  graph: Graph,
  input: string,
  further: ReadonlyMap<string, readonly number[]>,
  file: CardFile,
  wanted: string | null,
): OfOneImage {
  const fields = file.text?.fields.input;
  const declared = graph.types.get(input)?.shape ?? [];
  const shape = inputShape(declared, fields?.layout, fields?.bands?.length);
  if (!shape) return { graph, repeated: false }; // resolveCard reports what is missing
  const size = fields?.size ?? openSize(shape, file);
  const [height, width] = [shape.height ?? size[0]!, shape.width ?? size[1]!];
  const image = shape.layout === 'nchw' ? [shape.channels, height, width] : [height, width, shape.channels];
  const batch = declared[0];
  if (typeof batch === 'number' && batch > 1)
    return ofOneImage(graph, input, [batch, ...image], wanted ? [wanted] : []);
  return { graph: specialize(graph, new Map([[input, [1, ...image]], ...further])), repeated: false };
}
