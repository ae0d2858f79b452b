import { GraphBuilder } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { prune, replaceUses } from '../graph/rewrite.ts';
import type { ExplainableModel } from '../method/method.ts';
import { int64, scalar } from '../tensor/tensor.ts';
import { batched, keepFurtherInputs } from './batched.ts';

/** Inputs of a masked graph, besides the image under the model's own name. */
export const MASKS = 'masks';
export const SEGMENTS = 'segments';
export const FILL = 'fill';
export const TARGETS = 'targets';

/** The explained value: the class's logit, or its score after the activation. */
export type Explained = 'logit' | 'score';

/** How masked images are computed inside the graph, from the input {@link MASKS} and others. */
export interface MaskShape {
  /** Distinguishes compiled graphs. */
  readonly key: string;
  /** Creates the inputs and returns the masked images, shaped as the model's input with `batch` in front. */
  masked(b: GraphBuilder, place: MaskPlace): string;
}

export interface MaskPlace {
  readonly batch: number;
  readonly size: readonly [height: number, width: number];
  /** The axis of the channels in the model's input. */
  readonly channelAxis: 1 | 3;
  /** The model's input for one image. */
  readonly shape: readonly number[];
  /** The image and the fill of hidden pixels, [1, …] each. */
  readonly image: string;
  readonly fill: string;
}

/** One factor per segment: `masks` [B, S] for any S, `segments` [H, W]. Segments are kept or hidden as a whole. */
export const SEGMENT_MASKS: MaskShape = {
  key: 'segments',
  masked(b, { batch, size, channelAxis, image, fill }) {
    const masks = b.input(MASKS, { dtype: 'float32', shape: [batch, 'S'] });
    const segments = b.input(SEGMENTS, { dtype: 'int32', shape: size });
    const picked = b.node('Gather', [masks, segments], { axis: 1 }, 'keep');
    const kept = b.node('Greater', [picked, b.constant(scalar(0.5))]);
    const keep = b.node('Unsqueeze', [kept, b.constant(int64([channelAxis]))]);
    return b.node('Where', [keep, image, fill], {}, 'masked');
  },
};

/** Images masked in advance: `masks` [B, n] are the model's inputs themselves. */
export const WHOLE_IMAGES: MaskShape = {
  key: 'images',
  masked(b, { batch, shape }) {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const masks = b.input(MASKS, { dtype: 'float32', shape: [batch, size] });
    return b.node('Reshape', [masks, b.constant(int64([batch, ...shape.slice(1)]))], {}, 'images');
  },
};

/**
 * The model on `batch` masked versions of one image, computed inside the graph: kept pixels are the image's, the others
 * the fill's. Inputs: the image [1, …], {@link FILL} of the image's shape, {@link MASKS} and the inputs of their shape,
 * {@link TARGETS} [K]; output [batch, K].
 * @throws ExplainError `unsupported` if the model cannot take several images at once (see {@link batched})
 */
export function maskedGraph(model: ExplainableModel, masks: MaskShape, explained: Explained, batch: number): Graph {
  const value = explained === 'logit' ? model.logits : model.scores;
  const forward = batched(prune({ ...model.graph, outputs: [value] }), model.input, batch);
  const shape = model.graph.types.get(model.input)!.shape as readonly number[];
  const channelAxis = model.layout === 'nchw' ? 1 : 3;
  const [height, width] = channelAxis === 1 ? [shape[2]!, shape[3]!] : [shape[1]!, shape[2]!];
  const b = GraphBuilder.rewriting(forward, { inputs: [], outputs: [] });
  const image = b.input(model.input, { dtype: 'float32', shape });
  keepFurtherInputs(b, model);
  const fill = b.input(FILL, { dtype: 'float32', shape });
  const targets = b.input(TARGETS, { dtype: 'int64', shape: ['K'] });
  const masked = masks.masked(b, { batch, size: [height, width], channelAxis, shape, image, fill });
  for (const node of replaceUses(forward, new Map([[model.input, masked]])).nodes) b.add(node);
  b.setOutputs([b.node('Gather', [value, targets], { axis: 1 }, 'explained')]);
  return prune(b.build());
}

/** keep · image + (1 − keep) · fill */
export function blended(b: GraphBuilder, keep: string, { image, fill }: MaskPlace): string {
  const rest = b.node('Sub', [b.constant(scalar(1)), keep]);
  return b.node('Add', [b.node('Mul', [keep, image]), b.node('Mul', [rest, fill])], {}, 'masked');
}
