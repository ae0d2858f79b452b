import { ExplainError } from '../errors.ts';
import type { Graph, ValueType } from '../graph/graph.ts';
import type { Bounds } from '../ops/bounds.ts';
import { isFloat } from '../tensor/dtype.ts';

/** Classes per place: more places than this are a picture or a list of boxes, no classes. */
const PLACES = 2;

/** A model none of whose outputs is a list of class scores, called what it looks like. */
export function noClassScores(graph: Graph, bounds: Bounds): ExplainError {
  const types = graph.outputs.map((output) => graph.types.get(output));
  const outputs = graph.outputs.map((output, i) => `'${output}' [${types[i]?.shape?.join(', ') ?? '?'}]`).join(', ');
  const label = graph.outputs.find((output, i) => isLabel(types[i]) && bounds.made.has(output));
  if (label !== undefined && types.every((type) => !isFloat(type?.dtype ?? 'float32'))) {
    const from = bounds.made.get(label)!.inputs[0]!;
    return new ExplainError({
      kind: 'unsupported',
      message: `The model gives the number of the best class, ${outputs}, and no class scores.`,
      subject: graph.name,
      next: `Name the value that it is chosen from in the model card: "output": { "name": ${JSON.stringify(from)} }; or export the model without that last step.`,
    });
  }
  if (types.length > 0 && types.every(isLabel)) {
    return new ExplainError({
      kind: 'unsupported',
      message: `The model gives whole numbers or text only, ${outputs}, and no class scores.`,
      subject: graph.name,
      next: 'Choose a model that classifies images, or name the value in it that holds the scores: "output": { "name": "…" }.',
    });
  }
  const kind = kindOf(types);
  return new ExplainError({
    kind: 'unsupported',
    message: kind
      ? `The model ${kind}: its output${graph.outputs.length === 1 ? ' is' : 's are'} ${outputs}, not one score per class.`
      : `No output of the model has one number per class: ${outputs}.`,
    subject: graph.name,
    next: 'Choose a model that classifies images; or, where this one has such a head inside, name its value in the model card: "output": { "name": "…" }.',
  });
}

const isLabel = (type: ValueType | undefined) => type !== undefined && !isFloat(type.dtype);

/** What a model with such outputs is for; undefined where they do not say. */
function kindOf(types: readonly (ValueType | undefined)[]): string | undefined {
  const shapes = types.flatMap((type) => (type?.shape ? [type.shape] : []));
  const places = (dims: readonly (number | string)[]) =>
    dims.filter((dim) => typeof dim === 'string' || dim >= PLACES).length;
  const rank = (n: number) => shapes.filter((shape) => shape.length === n);
  const hasBoxes = shapes.some((shape) => shape.at(-1) === 4 || (shape.length === 3 && shape[1] === 4));
  if (hasBoxes && shapes.length > 1) return 'looks like a detector';
  // [1, 4 + classes, boxes] of YOLO and its kind, [1, boxes, 5 + classes] of the older ones.
  if (rank(3).some(([, a, b]) => places([a!, b!]) === 2)) {
    return rank(4).length > 0 ? 'looks like a detector with masks for instances' : 'looks like a detector';
  }
  if (rank(5).length > 0 && rank(5).some((shape) => places(shape.slice(2)) >= 2)) return 'looks like a detector';
  if (rank(4).some(([, , height, width]) => places([height!, width!]) === 2)) {
    return 'looks like a segmentation network, which classifies each pixel';
  }
  return undefined;
}
