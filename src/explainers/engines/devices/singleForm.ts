import type { Attribute, Graph } from '../../graph/graph.ts';
import { DTYPE_CODES } from '../../tensor/dtype.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Executable } from '../engine.ts';

/**
 * A graph for a device without float64: sums that explainers compute in float64 are float32 there, because devices
 * differ by more than this rounding. Returns the graph itself if it has none; refuses it if the model's own weights are
 * float64.
 */
export function singleForm(graph: Graph): Graph {
  if ([...graph.constants.values()].some(({ dtype }) => dtype === 'float64')) return graph;
  const wide =
    [...graph.types.values()].some(({ dtype }) => dtype === 'float64') ||
    graph.nodes.some(({ attributes }) => isWide(attributes.get('to')));
  if (!wide) return graph;
  return {
    ...graph,
    nodes: graph.nodes.map((node) =>
      isWide(node.attributes.get('to'))
        ? { ...node, attributes: new Map([...node.attributes, ['to', { kind: 'int', value: DTYPE_CODES.float32 }]]) }
        : node,
    ),
    types: new Map(
      [...graph.types].map(([name, type]) => [name, type.dtype === 'float64' ? { ...type, dtype: 'float32' } : type]),
    ),
  };
}

const isWide = (to: Attribute | undefined): boolean => to?.kind === 'int' && to.value === DTYPE_CODES.float64;

/** Runs a graph's single form like the graph itself: float64 goes in, and comes out where the graph declares it. */
export function widened(single: Executable, graph: Graph): Executable {
  /** Converted once, because a tensor that is passed again is not read again. */
  const known = new WeakMap<Tensor, Tensor>();
  const narrow = (tensor: Tensor): Tensor => {
    if (tensor.dtype !== 'float64') return tensor;
    const made = known.get(tensor) ?? { dtype: 'float32', shape: tensor.shape, data: Float32Array.from(tensor.data) };
    known.set(tensor, made);
    return made;
  };
  const wide = (name: string, tensor: Tensor): Tensor =>
    tensor.dtype === 'float32' && typeOf(name) === 'float64'
      ? { dtype: 'float64', shape: tensor.shape, data: Float64Array.from(tensor.data) }
      : tensor;
  const typeOf = outputTypes(graph);
  return {
    ...single,
    run: async (feeds, options) => {
      const results = await single.run(new Map([...feeds].map(([name, tensor]) => [name, narrow(tensor)])), options);
      return new Map([...results].map(([name, tensor]) => [name, wide(name, tensor)]));
    },
  };
}

/** The types of outputs; an output without a declared type is float64 if its inputs are. */
function outputTypes(graph: Graph): (name: string) => string {
  const wide = new Set([...graph.types].flatMap(([name, { dtype }]) => (dtype === 'float64' ? [name] : [])));
  for (const { inputs, outputs, attributes } of graph.nodes) {
    const to = attributes.get('to');
    const carried = to === undefined && inputs.some((name) => wide.has(name));
    if (isWide(to) || carried) for (const name of outputs) if (!graph.types.has(name)) wide.add(name);
  }
  return (name) => (wide.has(name) ? 'float64' : 'float32');
}
