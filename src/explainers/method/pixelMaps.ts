import type { BackwardRequest } from '../autodiff/backward.ts';
import type { GraphBuilder } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { classesAtOnce, runClasses, withGradient } from './classGradient.ts';
import type { ExplainableModel, ExplainContext, ExplanationMap, GraphPlace } from './method.ts';
import { type OneSign, signNotes, zeroNote } from './signNotes.ts';

/** A map, and the class's logit for this image. */
export interface PixelMap extends ExplanationMap {
  readonly logit: number;
}

/**
 * The maps of a method whose result is the input's gradient, or is computed from it by `finish` within the graph.
 * @param key distinguishes its compiled graph from other methods'
 * @param signs what it means if a map has one sign only
 * @param rules rules that replace the operators' own gradients
 */
export async function gradientMaps(
  context: ExplainContext,
  key: string,
  finish: (b: GraphBuilder, gradient: string) => string,
  signs: OneSign,
  rules?: (forward: Graph, b: GraphBuilder) => BackwardRequest['override'],
): Promise<readonly PixelMap[]> {
  const { model } = context;
  const maps: PixelMap[] = [];
  await runClasses(
    context,
    key,
    classesAtOnce(model),
    () => withGradient(model, model.input, (b, gradient) => [finish(b, gradient), model.logits], { rules }),
    (targets, [result, logits]) => {
      const { data } = result as TensorOf<'float32'>;
      const size = data.length / targets.length;
      for (const [k, target] of targets.entries()) {
        const values = channelsFirst(data.subarray(k * size, (k + 1) * size), context);
        const logit = Number(logits!.data[target]);
        const notes = signNotes(values, signs, zeroNote(model, logit));
        maps.push({ target, values, notes, figures: {}, logit });
      }
    },
  );
  return maps;
}

/** The graph of such a method alone: {@link Method.asGraph}. */
export const pixelGraph = (
  { model }: GraphPlace,
  finish: (b: GraphBuilder, gradient: string) => string,
  rules?: (forward: Graph, b: GraphBuilder) => BackwardRequest['override'],
): Graph =>
  withGradient(model, model.input, (b, gradient) => [channelsSummed(b, finish(b, gradient), model)], { rules });

/** Values of the input's shape, one after another for each class: [K, h, w], summed over the channels. */
export function channelsSummed(b: GraphBuilder, values: string, { graph, input, layout }: ExplainableModel): string {
  const shape = graph.types.get(input)!.shape as readonly number[];
  const each = b.node('Reshape', [values, b.constant(int64([-1, ...shape.slice(1)]))]);
  return b.node('ReduceSum', [each, b.constant(int64([layout === 'nchw' ? 1 : 3]))], { keepdims: 0 }, 'map');
}

/** One map of the input's shape as [c, h, w]. */
export function channelsFirst(values: Float32Array, { input, model }: ExplainContext): TensorOf<'float32'> {
  const [, a, b, c] = input.shape as [number, number, number, number];
  if (model.layout === 'nchw') return float32([a, b, c], values);
  const out = new Float32Array(values.length);
  for (let i = 0; i < a * b; i++) for (let k = 0; k < c; k++) out[k * a * b + i] = values[i * c + k]!;
  return float32([c, a, b], out);
}
