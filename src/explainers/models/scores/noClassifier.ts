import { type ErrorReport, ExplainError } from '../../errors.ts';
import type { Graph, ValueType } from '../../graph/graph.ts';
import type { Bounds } from '../../ops/bounds.ts';
import { isStatic } from '../../ops/elements.ts';
import { isFloat } from '../../tensor/dtype.ts';

/** Classes per place: an output with more places than this is a picture or a list of boxes, not classes. */
const PLACES = 2;

/** The error for a model without any output of class scores, named by what it looks like. */
export function noClassScores(graph: Graph, bounds: Bounds): ExplainError {
  const types = graph.outputs.map((output) => graph.types.get(output));
  const outputs = graph.outputs.map((output, i) => `'${output}' [${types[i]?.shape?.join(', ') ?? '?'}]`).join(', ');
  const label = graph.outputs.find((output, i) => isLabel(types[i]) && bounds.made.has(output));
  if (label !== undefined && types.every((type) => !isFloat(type?.dtype ?? 'float32'))) {
    const from = bounds.made.get(label)!.inputs[0]!;
    return new ExplainError({
      kind: 'unsupported',
      message: `The model outputs the number of the best class, ${outputs}, but no class scores.`,
      subject: graph.name,
      next: `Name the value that it is chosen from in the model card: "output": { "name": ${JSON.stringify(from)} }; or export the model without that last step.`,
    });
  }
  if (types.length > 0 && types.every(isLabel)) {
    return new ExplainError({
      kind: 'unsupported',
      message: `The model outputs only integers or text, ${outputs}, and no class scores.`,
      subject: graph.name,
      next: 'Choose a model that classifies images, or name the value in it that holds the scores: "output": { "name": "…" }.',
    });
  }
  const kind = kindOf(types);
  const reduction = suggestedReduction(graph);
  return new NoClassScores(
    {
      kind: 'unsupported',
      message: kind
        ? `The model ${kind}: its output${graph.outputs.length === 1 ? ' is' : 's are'} ${outputs}, not one score per class.`
        : `No output of the model has one number per class: ${outputs}.`,
      subject: graph.name,
      next: reduction
        ? `Make one score per class of it in the model card: "output": ${inWords(reduction)}. Or choose a model that classifies images.`
        : 'Choose a model that classifies images. If this one has such a head inside, name its value in the model card: "output": { "name": "…" }.',
    },
    reduction,
  );
}

/** A card's `output` that makes one score per class. */
export interface SuggestedOutput {
  readonly name: string;
  readonly classes: { readonly axis: number; readonly from?: number; readonly to?: number };
  readonly over: 'max' | 'mean';
}

/** A model without class scores, and how a card may make some of its outputs. */
export class NoClassScores extends ExplainError {
  readonly suggested: SuggestedOutput | undefined;

  constructor(report: ErrorReport, suggested: SuggestedOutput | undefined) {
    super(report);
    this.suggested = suggested;
  }
}

const inWords = ({ name, classes, over }: SuggestedOutput) => {
  const places = Object.entries(classes).map(([key, value]) => `"${key}": ${value}`);
  return `{ "name": ${JSON.stringify(name)}, "classes": { ${places.join(', ')} }, "over": "${over}" }`;
};

/** How the shapes of the outputs suggest to make one score per class; undefined if they suggest nothing. */
function suggestedReduction(graph: Graph): SuggestedOutput | undefined {
  const shaped = graph.outputs.flatMap((name) => {
    const type = graph.types.get(name);
    const sizes = isStatic(type?.shape) && isFloat(type.dtype) && type.shape[0] === 1 ? type.shape : undefined;
    return sizes ? [{ name, sizes }] : [];
  });
  const ofRank = (rank: number) => shaped.filter(({ sizes }) => sizes.length === rank);
  const [pictures, lists] = [ofRank(4), ofRank(3).filter(({ sizes }) => sizes[2] !== 4 && sizes[1] !== 4)];
  if (lists.length === 1) return ofBoxes(lists[0]!, ofRank(3).length > 1, pictures[0]?.sizes[1] ?? 0);
  if (lists.length > 1 || pictures.length === 0) return undefined;
  // The first of several is the main one: deep supervision adds others.
  const { name, sizes } = pictures[0]!;
  const [, a, b, c] = sizes as [number, number, number, number];
  return { name, classes: { axis: c < a && c < b ? 3 : 1 }, over: 'mean' };
}

/** One list of boxes and classes: [1, 4 + classes (+ masks), boxes] as in YOLOv8, [1, boxes, 5 + classes] as in v5. */
function ofBoxes({ name, sizes }: { name: string; sizes: readonly number[] }, apart: boolean, masks: number) {
  const axis = sizes[1]! < sizes[2]! ? 1 : 2;
  const size = sizes[axis]!;
  // DETR gives its boxes out by themselves.
  if (apart) return { name, classes: { axis }, over: 'max' as const };
  const from = axis === 1 ? 4 : 5;
  const to = axis === 1 && masks > 0 ? size - masks : undefined;
  if ((to ?? size) <= from) return undefined;
  return { name, classes: { axis, from, ...(to !== undefined && { to }) }, over: 'max' as const };
}

const isLabel = (type: ValueType | undefined) => type !== undefined && !isFloat(type.dtype);

/** The probable purpose of a model with such outputs; undefined if they do not reveal it. */
function kindOf(types: readonly (ValueType | undefined)[]): string | undefined {
  const shapes = types.flatMap((type) => (type?.shape ? [type.shape] : []));
  const places = (dims: readonly (number | string)[]) =>
    dims.filter((dim) => typeof dim === 'string' || dim >= PLACES).length;
  const rank = (n: number) => shapes.filter((shape) => shape.length === n);
  const hasBoxes = shapes.some((shape) => shape.at(-1) === 4 || (shape.length === 3 && shape[1] === 4));
  if (hasBoxes && shapes.length > 1) return 'looks like a detector';
  // [1, 4 + classes, boxes] as in YOLO, [1, boxes, 5 + classes] as in older models.
  if (rank(3).some(([, a, b]) => places([a!, b!]) === 2)) {
    return rank(4).length > 0 ? 'looks like a detector with masks for instances' : 'looks like a detector';
  }
  if (rank(5).length > 0 && rank(5).some((shape) => places(shape.slice(2)) >= 2)) return 'looks like a detector';
  if (rank(4).some(([, , height, width]) => places([height!, width!]) === 2)) {
    return 'looks like a segmentation network, which classifies each pixel';
  }
  return undefined;
}
