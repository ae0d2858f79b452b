import type { Graph } from '../../graph/graph.ts';
import { verify } from '../../graph/verify.ts';
import { append } from '../../lists.ts';
import { Draft } from '../channelsLast/draft.ts';
import { type Size, shapeText, type Value } from '../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import { Config, type Json } from './config.ts';
import type { Given } from './layer.ts';
import { layerEntry } from './layers.ts';
import { inputShapeOf } from './readNetwork.ts';
import { type Argument, type Call, type Layer, type Network, type Reference, readBy } from './topology.ts';
import { unreadLayer } from './unreadLayer.ts';
import type { LayerWeights, Slot, WeightStore } from './weights.ts';

/** What is known about a model besides its layers. */
export interface NetworkOrigin {
  /** For messages. */
  readonly path: string;
  /** Written by Keras before version 3, or TensorFlow.js. */
  readonly old: boolean;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * A Keras network as a graph: images with the channels first, values called by their layers.
 * @throws ExplainError `model`, or `unsupported` where a layer is not known
 */
export function graphOfNetwork(network: Network, store: WeightStore, origin: NetworkOrigin): Graph {
  const draft = new Draft(network.name);
  const writer = new NetworkWriter(draft, store, origin);
  const first = usesChannelsFirst(network);
  const inputs = network.inputs.map((reference) => writer.input(network, reference, first));
  const outputs = writer.run(network, [], inputs, 'the model');
  if (outputs.length === 0) throw damaged('The model does not say which layers are its outputs.', origin.path);
  const graph = draft.build([...new Set(outputs.map((value) => draft.plain(value)))], origin.metadata);
  const problems = verify(graph);
  if (problems.length > 0) throw damaged(`The model's layers do not fit together: ${problems[0]}.`, origin.path);
  return graph;
}

/** A network whose layers have the channels first. */
function usesChannelsFirst(network: Network): boolean {
  return network.layers.some(
    ({ config, network: inner }) =>
      config.data_format === 'channels_first' || (inner !== null && usesChannelsFirst(inner)),
  );
}

class NetworkWriter {
  readonly #draft: Draft;
  readonly #store: WeightStore;
  readonly #origin: NetworkOrigin;
  readonly #weights = new Map<Layer, LayerWeights>();

  constructor(draft: Draft, store: WeightStore, origin: NetworkOrigin) {
    this.#draft = draft;
    this.#store = store;
    this.#origin = origin;
  }

  input(network: Network, { layer: name }: Reference, channelsFirst: boolean): Value {
    const layer = network.layers.find((each) => each.name === name);
    const given = layer && inputShapeOf(layer.config);
    const sizes = Array.isArray(given) ? given.map((size) => (Number.isInteger(size) ? (size as number) : null)) : null;
    if (!sizes) throw damaged(`The model does not say which shape its input '${name}' has.`, this.#origin.path);
    if (sizes.some((size) => size !== null && size < 1))
      throw damaged(`The model's input '${name}' has the impossible shape ${shapeText(sizes)}.`, this.#origin.path);
    // A batch size that was fixed when the model was made does not matter to its layers.
    const shape: readonly Size[] = [null, ...sizes.slice(1)];
    return this.#draft.input(name, shape, 'float32', shape.length === 4 && !channelsFirst ? 'channelsFirst' : 'plain');
  }

  /** The values of a network's outputs, for the values of its inputs. */
  run(network: Network, within: readonly Layer[], inputs: readonly Value[], name: string): readonly Value[] {
    const known = new Map<string, Value>();
    network.inputs.forEach((reference, i) => {
      const value = inputs[i];
      if (!value)
        throw damaged(`${name} is given ${inputs.length} of ${network.inputs.length} inputs.`, this.#origin.path);
      known.set(keyOf(reference), value);
    });
    const layers = new Map(network.layers.map((layer) => [layer.name, layer]));
    for (const output of network.outputs) this.#compute(output, layers, known, within);
    return network.outputs.map((output) => known.get(keyOf(output))!);
  }

  /** Computes a value after those that it needs; without recursion, because networks are deeper than the call stack. */
  #compute(
    wanted: Reference,
    layers: ReadonlyMap<string, Layer>,
    known: Map<string, Value>,
    within: readonly Layer[],
  ): void {
    const stack = [wanted];
    const begun = new Set<string>();
    while (stack.length > 0) {
      const reference = stack.at(-1)!;
      const key = keyOf(reference);
      if (known.has(key)) {
        stack.pop();
        continue;
      }
      const layer = layers.get(reference.layer);
      const call = layer?.calls[reference.call];
      if (!layer || !call)
        throw damaged(`The model reads '${reference.layer}', which it does not have.`, this.#origin.path);
      const missing = readBy(call).filter((each) => !known.has(keyOf(each)));
      if (missing.length === 0) {
        const outputs = this.#call(layer, call, known, within);
        for (const [tensor, value] of outputs.entries()) known.set(keyOf({ ...reference, tensor }), value);
        if (!known.has(key)) throw damaged(`Layer '${layer.name}' has no output ${reference.tensor}.`, layer.name);
        continue;
      }
      if (begun.has(key))
        throw damaged(`The model's layers read each other in a circle, at '${layer.name}'.`, layer.name);
      begun.add(key);
      append(stack, missing);
    }
  }

  #call(layer: Layer, call: Call, known: ReadonlyMap<string, Value>, within: readonly Layer[]): readonly Value[] {
    const draft = this.#draft;
    const args = call.args.map((argument) => givenOf(argument, known));
    const named = new Map([...call.named].map(([name, argument]) => [name, givenOf(argument, known)]));
    const inputs = [...args, ...named.values()].flatMap(valuesIn);
    if (layer.network) return this.run(layer.network, [...within, layer], inputs, `Model '${layer.name}'`);
    const entry = layerEntry(layer.className, layer.module);
    if (!entry) throw unreadLayer(layer);
    const config = new Config(layer.config, layer.name);
    const weights = this.#weightsOf(layer, within, config, entry);
    const start = draft.size;
    draft.layer = layer.name;
    const value = entry.build({
      draft,
      name: layer.name,
      className: layer.className,
      config,
      inputs,
      args,
      named,
      old: this.#origin.old,
      weight: (name, shape) => weightOf(weights, layer, name, shape),
      weightIf: (wanted, name, shape) => (wanted ? weightOf(weights, layer, name, shape) : undefined),
    });
    draft.layer = '';
    return [draft.named(value, layer.name, start)];
  }

  #weightsOf(
    layer: Layer,
    within: readonly Layer[],
    config: Config,
    { slots }: { readonly slots?: (config: Config) => readonly Slot[] },
  ): LayerWeights {
    const known = this.#weights.get(layer);
    if (known) return known;
    const wanted = slots?.(config) ?? [];
    if (config.raw('quantization_mode') != null) {
      throw unread(
        `Layer '${layer.name}' is quantised (${String(config.raw('quantization_mode'))}).`,
        layer.name,
        EXPORT_TO_ONNX,
      );
    }
    const weights: LayerWeights = wanted.length > 0 ? this.#store.of(layer, within, wanted) : new Map();
    this.#weights.set(layer, weights);
    return weights;
  }
}

const keyOf = ({ layer, call, tensor }: Reference) => `${call}:${tensor}:${layer}`;

function givenOf(argument: Argument, known: ReadonlyMap<string, Value>): Given {
  if ('reference' in argument) return { value: known.get(keyOf(argument.reference))! };
  if ('list' in argument) return { list: argument.list.map((each) => givenOf(each, known)) };
  return { json: argument.value as Json };
}

function valuesIn(given: Given): readonly Value[] {
  if ('value' in given) return [given.value];
  return 'list' in given ? given.list.flatMap(valuesIn) : [];
}

function weightOf(weights: LayerWeights, layer: Layer, name: string, shape: readonly (number | null)[]) {
  const tensor = weights.get(name);
  if (!tensor) throw damaged(`The weights '${name}' of layer '${layer.name}' are missing.`, layer.name);
  const fits =
    tensor.shape.length === shape.length && shape.every((size, i) => size === null || size === tensor.shape[i]);
  if (fits) return tensor;
  throw damaged(
    `The weights '${name}' of layer '${layer.name}' have the shape ${shapeText(tensor.shape)}; its settings ask for ${shapeText(shape)}.`,
    layer.name,
  );
}
