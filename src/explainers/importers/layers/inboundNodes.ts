import { damaged } from '../problem.ts';
import { isObject, type Json } from './config.ts';
import type { Argument, Call, Reference } from './topology.ts';

/** Nodes of a layer as Keras 3 writes them (objects), Keras 2 and TensorFlow.js (lists): one call each. */
export function callsOf(nodes: Json | undefined, layer: string): readonly Call[] {
  if (nodes === undefined || nodes === null) return [];
  if (!Array.isArray(nodes)) throw brokenNodes(layer);
  return nodes.map((node) => {
    if (isObject(node)) return newCall(node, layer);
    if (Array.isArray(node)) return oldCall(node, layer);
    throw brokenNodes(layer);
  });
}

function newCall(node: { readonly [key: string]: Json }, layer: string): Call {
  const { args = [], kwargs = {} } = node;
  if (!Array.isArray(args) || !isObject(kwargs)) throw brokenNodes(layer);
  return {
    args: args.map((arg) => argumentOf(arg, 0)),
    named: new Map(Object.entries(kwargs).map(([name, value]) => [name, argumentOf(value, 0)])),
  };
}

/** No real model has lists that are nested more deeply. */
const DEEPEST = 32;

function argumentOf(value: Json, depth: number): Argument {
  if (depth > DEEPEST) return { value: null };
  if (Array.isArray(value)) {
    const list = value.map((each) => argumentOf(each, depth + 1));
    return list.some((each) => 'reference' in each || 'list' in each) ? { list } : { value };
  }
  if (!isObject(value)) return { value };
  const { class_name: className, config } = value;
  if (className === '__keras_tensor__' && isObject(config)) {
    const reference = referenceOf(config.keras_history);
    if (reference) return { reference };
  }
  // Constants of a graph are written with their type.
  if (className === '__tensor__' && isObject(config)) return { value: config.value ?? null };
  if (className === '__numpy__' && isObject(config)) return { value: config.value ?? null };
  return { value };
}

/**
 * A node of Keras 2: [[layer, call, tensor, {…}], …], of which the first may have named arguments. An operation's first
 * argument may be a single one, [layer, call, tensor, {…}], or a constant: ['_CONSTANT_VALUE', -1, 2, {…}].
 */
function oldCall(node: readonly Json[], layer: string): Call {
  const alone = typeof node[0] === 'string';
  const entries = alone ? [node] : node;
  const named = new Map<string, Argument>();
  const args = entries.map((entry): Argument => {
    if (!Array.isArray(entry)) throw brokenNodes(layer);
    const more = entry[3];
    if (isObject(more)) for (const [name, value] of Object.entries(more)) named.set(name, oldArgument(value, 0));
    if (entry[0] === '_CONSTANT_VALUE') return { value: entry[2] ?? null };
    const reference = referenceOf(entry);
    if (!reference) throw brokenNodes(layer);
    return { reference };
  });
  return { args: args.length > 1 ? [{ list: args }] : args, named };
}

function oldArgument(value: Json, depth: number): Argument {
  if (depth > DEEPEST || !Array.isArray(value)) return { value };
  if (value[0] === '_CONSTANT_VALUE') return { value: value[2] ?? null };
  const reference = value.length >= 3 && value.length <= 4 ? referenceOf(value) : undefined;
  if (reference) return { reference };
  const list = value.map((each) => oldArgument(each, depth + 1));
  return list.some((each) => 'reference' in each || 'list' in each) ? { list } : { value };
}

/** [layer, call, tensor, …] */
function referenceOf(value: Json | undefined): Reference | undefined {
  if (!Array.isArray(value)) return undefined;
  const [layer, call, tensor] = value;
  return typeof layer === 'string' && Number.isInteger(call) && Number.isInteger(tensor)
    ? { layer, call: call as number, tensor: tensor as number }
    : undefined;
}

/** Every reference in a model's list of inputs or outputs: a triple, or triples in lists or named. */
export function referencesOf(value: Json | undefined): readonly Reference[] {
  const one = referenceOf(value);
  if (one) return [one];
  if (isObject(value)) return Object.values(value).flatMap(referencesOf);
  return Array.isArray(value) ? value.flatMap((each) => (Array.isArray(each) ? referencesOf(each) : [])) : [];
}

const brokenNodes = (layer: string) => damaged(`The model does not say what layer '${layer}' reads.`, layer);
