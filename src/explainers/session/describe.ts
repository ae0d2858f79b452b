import type { Layer } from '../contracts/layer.ts';
import type { LayerInfo, MethodInfo, ModelDescription } from '../contracts/results.ts';
import { errorReport } from '../errors.ts';
import { errorText } from '../errorText.ts';
import type { Method } from '../method/method.ts';
import { resolveParameters } from '../method/parameterValues.ts';
import { methods } from '../methods/methods.ts';
import { own } from '../tables.ts';
import type { OpenModel } from './models/openModels.ts';
import { whyNot } from './whyNot.ts';

/**
 * What a model is, takes and gives, and which methods can explain it. `hash`: read the whole file again for its
 * SHA-256.
 */
export async function describeModel(open: OpenModel, hash: boolean): Promise<ModelDescription> {
  const { card, source, model } = open;
  const operators = new Map<string, number>();
  for (const node of source.nodes) {
    const name = node.domain ? `${node.domain}.${node.op}` : node.op;
    operators.set(name, (operators.get(name) ?? 0) + 1);
  }
  const value = (name: string) => {
    const type = source.types.get(name);
    return { name, dtype: type?.dtype ?? 'float32', shape: type?.shape ?? [] };
  };
  return {
    card,
    sha256: hash ? await open.sha256() : null,
    bytes: open.bytes,
    inputs: source.inputs.filter((name) => !source.constants.has(name)).map(value),
    outputs: source.outputs.map(value),
    logits: open.logits,
    activation: open.activation,
    opset: source.opset,
    operators: Object.fromEntries([...operators].sort(([, a], [, b]) => b - a)),
    layers: model.layers.map(layerInfo),
    methods: [...methods.values()].map((method) => methodInfo(method, open)),
    notes: open.notes.map(errorText),
    engine: open.engine.info,
  };
}

/** A layer without the parts that only the computation needs, such as the order of thousands of places. */
function layerInfo({ layout, ...layer }: Layer): LayerInfo {
  if (layout?.kind !== 'scattered') return layout ? { ...layer, layout } : layer;
  const { kind, grid, shape, channelAxis } = layout;
  return { ...layer, layout: { kind, grid, shape, channelAxis } };
}

function methodInfo(method: Method, open: OpenModel): MethodInfo {
  const { id, title, summary, caution, signed, parameters } = method;
  const info = {
    id,
    title,
    summary,
    caution,
    signed,
    relative: method.relative ?? false,
    group: method.group,
    slow: method.slow,
    parameters,
  };
  try {
    const defaults = resolveParameters(method, own(open.card.explain, id) ?? {});
    const unavailable = whyNot(method, open.model, defaults);
    return { ...info, defaults, ...(unavailable && { unavailable }) };
  } catch (thrown) {
    return { ...info, defaults: resolveParameters(method), unavailable: errorReport(thrown) };
  }
}
