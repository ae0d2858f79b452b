import type { Layer } from '../../contracts/layer.ts';
import { GraphBuilder } from '../../graph/build.ts';
import type { Graph } from '../../graph/graph.ts';
import { prune, replaceUses, subgraph } from '../../graph/rewrite.ts';
import type { ExplainableModel } from '../../method/method.ts';
import { batched } from '../../perturbation/batched.ts';
import { float32, int64 } from '../../tensor/tensor.ts';
import { channelAxis } from './layerView.ts';

/**
 * Inputs: the layer's value with its layout in the graph, the channels to ablate [B], and their replacement value [].
 */
export const ACTIVATIONS = 'activations';
export const CHANNELS = 'channels';
export const REPLACEMENT = 'replacement';

/**
 * The model from a layer on, on `batch` copies of its activations with one channel each replaced: logits [batch,
 * classes]. If other values bypass the layer, the image is an input too.
 * @throws ExplainError `unsupported` if the model cannot take several images at once
 */
export function ablatedHead(model: ExplainableModel, layer: Layer, batch: number): Graph {
  const head = subgraph(model.graph, [layer.name], [model.logits]);
  const forward = batched(head, layer.name, batch);
  const b = GraphBuilder.rewriting(forward, { inputs: [], outputs: [] });
  for (const input of head.inputs) if (input !== layer.name) b.input(input, head.types.get(input)!);
  const [channels] = layer.shape;
  const shape = model.graph.types.get(layer.name)!.shape as readonly number[];
  const activations = b.input(ACTIVATIONS, { dtype: 'float32', shape });
  // Numbers of channels as float32, which graphics cards compare, too.
  const chosen = b.input(CHANNELS, { dtype: 'float32', shape: [batch] });
  const replacement = b.input(REPLACEMENT, { dtype: 'float32', shape: [] });
  const all = b.constant(
    float32(
      [channels],
      Array.from({ length: channels }, (_, c) => c),
    ),
    'channels.all',
  );
  const isChosen = b.node('Equal', [b.node('Unsqueeze', [chosen, b.constant(int64([1]))]), all]);
  // [batch, channels] against the layer's axes; a channel is also ablated in tokens without a place.
  const others = shape.map((_, axis) => axis + 1).filter((axis) => axis !== channelAxis(layer) + 1);
  const mask = b.node('Unsqueeze', [isChosen, b.constant(int64(others))]);
  const copies = b.node('Where', [mask, replacement, activations]);
  // Windows of several images come one after another in one axis.
  const whole = b.constant(int64([batch * shape[0]!, ...shape.slice(1)]));
  const ablated = b.node('Reshape', [copies, whole], {}, 'ablated');
  for (const node of replaceUses(forward, new Map([[layer.name, ablated]])).nodes) b.add(node);
  b.setOutputs([model.logits]);
  return prune(b.build());
}
