import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import { isObject, type Json, type JsonObject } from './config.ts';
import { callsOf, referencesOf } from './inboundNodes.ts';
import { GUESSED_OPERATION } from './layers.ts';
import { type Layer, type Network, type Reference, readBy } from './topology.ts';

/** No real model has models within models to this depth. */
const DEEPEST = 32;
const MOST_LAYERS = 50_000;

/**
 * The layers of a Keras model's configuration: Functional or Sequential, of Keras 2 and 3 and TensorFlow.js.
 * @throws ExplainError `model`; `unsupported` for a model that is a Python class of its own
 */
export function readNetwork(model: Json, subject: string, depth = 0): Network {
  if (depth > DEEPEST) throw damaged(`The model has more than ${DEEPEST} models within each other.`, subject);
  if (!isObject(model) || typeof model.class_name !== 'string') throw noNetwork(subject);
  const { config, class_name: className } = model;
  // Keras before 2.2.3 wrote a Sequential model's layers without its name.
  const settings: Json | undefined = Array.isArray(config) ? { layers: config } : config;
  if (!isObject(settings) || !Array.isArray(settings.layers)) throw ownClass(className, subject);
  if (settings.layers.length > MOST_LAYERS) throw damaged(`The model has more than ${MOST_LAYERS} layers.`, subject);
  const name = typeof settings.name === 'string' ? settings.name : className;
  const layers = settings.layers.map((layer, i) => readLayer(layer, i, subject, depth));
  if (className === 'Sequential') return chain(name, layers, settings, subject);
  const outputs = referencesOf(settings.output_layers);
  return {
    name,
    layers: distinct(withFirstCalls(layers, outputs), subject),
    inputs: referencesOf(settings.input_layers),
    outputs,
  };
}

/**
 * Keras 2 counts the calls of an inner model from 1, because making the model calls it once; that call is not stored.
 */
function withFirstCalls(layers: readonly Layer[], outputs: readonly Reference[]): readonly Layer[] {
  const last = new Map<string, number>();
  for (const { layer, call } of [...outputs, ...layers.flatMap(({ calls }) => calls.flatMap(readBy))]) {
    last.set(layer, Math.max(last.get(layer) ?? 0, call));
  }
  return layers.map((layer) => {
    const [first] = layer.calls;
    const counted = layer.network !== null && first && last.get(layer.name) === layer.calls.length;
    return counted ? { ...layer, calls: [first, ...layer.calls] } : layer;
  });
}

function readLayer(layer: Json, index: number, subject: string, depth: number): Layer {
  if (!isObject(layer) || typeof layer.class_name !== 'string') throw noNetwork(subject);
  const className = layer.class_name;
  const config: JsonObject = isObject(layer.config) ? layer.config : {};
  const name = [layer.name, config.name].find((each) => typeof each === 'string') ?? `${className}_${index}`;
  // Keras 3 writes no modules into `.h5` files, but operations have no setting `trainable`.
  const isOperation =
    isNewCall(layer.inbound_nodes) && !Object.hasOwn(config, 'trainable') && className !== 'InputLayer';
  const isModel =
    (Array.isArray(config.layers) && !HOLD_LAYERS.has(className)) ||
    (className === 'Sequential' && Array.isArray(layer.config));
  return {
    name: name as string,
    className,
    module: moduleOf(layer, isOperation),
    config,
    calls: callsOf(layer.inbound_nodes, name as string),
    network: isModel ? readNetwork(layer, subject, depth + 1) : null,
  };
}

/** Layers, not models, that hold others in a list. */
const HOLD_LAYERS: ReadonlySet<string> = new Set(['Pipeline', 'StackedRNNCells']);

/** Classes that were registered under a name of their own, 'package>Class', have no module. */
function moduleOf({ module, registered_name: registered }: JsonObject, isOperation: boolean): string {
  if (typeof module === 'string') return module;
  if (typeof registered === 'string' && registered.includes('>')) return registered;
  return isOperation ? GUESSED_OPERATION : '';
}

const isNewCall = (nodes: Json | undefined) => Array.isArray(nodes) && isObject(nodes[0] ?? null);

/** A Sequential model as a network: each layer reads the one before it. */
function chain(name: string, layers: readonly Layer[], settings: JsonObject, subject: string): Network {
  const begins = layers[0]?.className === 'InputLayer';
  const first = layers[0];
  if (!first) throw damaged(`The model '${name}' has no layers.`, subject);
  const shape =
    inputShapeOf(first.config) ?? inputShapeOf(first.network?.layers[0]?.config ?? {}) ?? settings.build_input_shape;
  const input: Layer = begins
    ? first
    : {
        name: `${first.name}_input`,
        className: 'InputLayer',
        module: '',
        config: { batch_shape: shape ?? null },
        calls: [],
        network: null,
      };
  const rest = begins ? layers.slice(1) : layers;
  const called = rest.map((layer, i) => {
    const before = i === 0 ? input : rest[i - 1]!;
    return { ...layer, calls: [{ args: [{ reference: only(before) }], named: new Map() }] };
  });
  return {
    name,
    layers: distinct([input, ...called], subject),
    inputs: [only(input)],
    outputs: [only(called.at(-1) ?? input)],
  };
}

const only = ({ name }: Layer): Reference => ({ layer: name, call: 0, tensor: 0 });

/** The input's shape including the batch, under the name that the version gives it. */
export const inputShapeOf = (config: JsonObject): Json | undefined =>
  config.batch_shape ?? config.batch_input_shape ?? config.batchInputShape ?? undefined;

function distinct(layers: readonly Layer[], subject: string): readonly Layer[] {
  const names = new Set<string>();
  for (const { name } of layers) {
    if (names.has(name)) throw damaged(`Two layers of the model are called '${name}'.`, subject);
    names.add(name);
  }
  return layers;
}

const noNetwork = (subject: string) => damaged('The file does not hold the layers of a Keras model.', subject);

function ownClass(className: string, subject: string) {
  return unread(
    `The model is a Python class of its own ('${className}'), whose layers no file lists.`,
    subject,
    EXPORT_TO_ONNX,
  );
}
