import { table } from '../../tables.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { combined, constantValue, numberValue } from '../channelsLast/elementwise.ts';
import { batchNormalisation, groupNormalisation, layerNormalisation } from '../channelsLast/normalisation.ts';
import { axisOf, type Value } from '../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import { type Config, isObject, type Json } from './config.ts';
import { channelsOf, inputOf } from './images.ts';
import { type LayerCall, type LayerEntry, slotsOf } from './layer.ts';

const scaled = (config: Config) => config.boolean('scale', true);
const centred = (config: Config) => config.boolean('center', true);

/** The one axis of the settings, counted from the front. */
function normalisedAxis(call: LayerCall, rank: number): number {
  const given = call.config.numbers('axis', [-1]);
  const axis = given.length === 1 ? axisOf(given[0]!, rank) : undefined;
  if (axis !== undefined) return axis;
  throw unread(`Layer '${call.name}' normalises over the axes ${given.join(', ')}.`, call.name, EXPORT_TO_ONNX);
}

function otherAxis({ name }: LayerCall, axis: number) {
  return unread(`Layer '${name}' normalises over axis ${axis}, not over the channels.`, name, EXPORT_TO_ONNX);
}

function batchNormalised(call: LayerCall): Value {
  const { config, draft } = call;
  const x = inputOf(call);
  const rank = x.shape.length;
  const axis = normalisedAxis(call, rank);
  const first = rank === 4 && axis === 1;
  if (!first && axis !== rank - 1) throw otherAxis(call, axis);
  // If the network itself has the channels first, the elements have the order of our images.
  const [batch, channels, height, width] = x.shape;
  const image: Value = first
    ? { name: draft.plain(x), shape: [batch!, height!, width!, channels!], order: 'channelsFirst' }
    : x;
  const length = channelsOf(image, call);
  const statistics = {
    gamma: call.weightIf(scaled(config), 'gamma', [length]),
    beta: call.weightIf(centred(config), 'beta', [length]),
    mean: call.weight('moving_mean', [length]),
    variance: call.weight('moving_variance', [length]),
  };
  const y = batchNormalisation(draft, image, statistics, config.number('epsilon', 0.001));
  return first ? { name: y.name, shape: x.shape, order: 'plain' } : y;
}

function layerNormalised(call: LayerCall): Value {
  const { config, draft } = call;
  const x = inputOf(call);
  const axis = normalisedAxis(call, x.shape.length);
  if (axis !== x.shape.length - 1) throw otherAxis(call, axis);
  if (config.boolean('rms_scaling', false))
    throw unread(`Layer '${call.name}' scales by the root mean square.`, call.name, EXPORT_TO_ONNX);
  const length = channelsOf(x, call);
  const gamma = call.weightIf(scaled(config), 'gamma', [length]);
  const beta = call.weightIf(centred(config), 'beta', [length]);
  return layerNormalisation(draft, x, gamma, beta, config.number('epsilon', 0.001), length);
}

function groupNormalised(call: LayerCall): Value {
  const { config, draft } = call;
  const x = inputOf(call);
  const axis = normalisedAxis(call, x.shape.length);
  if (x.shape.length !== 4 || axis !== 3) throw otherAxis(call, axis);
  const channels = channelsOf(x, call);
  const groups = config.number('groups', 32);
  return groupNormalisation(
    draft,
    x,
    call.weightIf(scaled(config), 'gamma', [channels]),
    call.weightIf(centred(config), 'beta', [channels]),
    { epsilon: config.number('epsilon', 0.001), groups: groups === -1 ? channels : groups, channels },
  );
}

/** Numbers in the settings themselves, in lists of any depth. */
function numbersIn(value: Json | undefined): readonly number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return isObject(value) && isObject(value.config) ? numbersIn(value.config.value) : [];
}

/** A layer's own normalisation of its input: (x − mean) / √variance, with known numbers per channel. */
function standardised(call: LayerCall): Value {
  const { config, draft } = call;
  const x = inputOf(call);
  const given = [config.raw('mean'), config.raw('variance')].map(numbersIn);
  const length = typeof x.shape.at(-1) === 'number' ? (x.shape.at(-1) as number) : 1;
  const known = (i: number, name: string): TensorOf<'float32'> =>
    given[i]!.length > 0 ? float32([given[i]!.length], given[i]!) : vector(call, name);
  const [mean, variance] = [known(0, 'mean'), known(1, 'variance')];
  for (const { data } of [mean, variance]) {
    if (data.length !== 1 && data.length !== length)
      throw damaged(`Layer '${call.name}' has ${data.length} means for ${length} channels.`, call.name);
  }
  const deviation = float32(variance.shape, variance.data.map((each) => Math.max(Math.sqrt(each), 1e-7))); // biome-ignore format: one line
  if (config.boolean('invert', false)) {
    const times = combined(draft, 'Mul', x, constantValue(draft, deviation, 'deviation'));
    return combined(draft, 'Add', times, constantValue(draft, mean, 'mean'));
  }
  const centre = combined(draft, 'Sub', x, constantValue(draft, mean, 'mean'));
  return combined(draft, 'Div', centre, constantValue(draft, deviation, 'deviation'));
}

function vector(call: LayerCall, name: string): TensorOf<'float32'> {
  const tensor = call.weight(name, [null]);
  return float32([tensor.data.length], tensor.data);
}

/** pixel · scale + offset, for all channels or for each. */
function rescaled(call: LayerCall): Value {
  const { config, draft } = call;
  const by = (key: string, fallback: number) => {
    const numbers = numbersIn(config.raw(key));
    const list = numbers.length > 0 ? numbers : [fallback];
    return list.length === 1 ? numberValue(draft, list[0]!) : constantValue(draft, float32([list.length], list), key);
  };
  const product = combined(draft, 'Mul', inputOf(call), by('scale', 1));
  const offsets = numbersIn(config.raw('offset'));
  return offsets.some((offset) => offset !== 0) ? combined(draft, 'Add', product, by('offset', 0)) : product;
}

const gammaBeta = (config: Config) => slotsOf(scaled(config) && { name: 'gamma' }, centred(config) && { name: 'beta' });

export const normalisationLayers = table<LayerEntry>({
  BatchNormalization: {
    slots: (config) => [...gammaBeta(config), { name: 'moving_mean' }, { name: 'moving_variance' }],
    build: batchNormalised,
  },
  LayerNormalization: { slots: gammaBeta, build: layerNormalised },
  GroupNormalization: { slots: gammaBeta, build: groupNormalised },
  Normalization: {
    slots: (config) =>
      slotsOf(...(config.raw('mean') == null ? [{ name: 'mean' }, { name: 'variance' }, { name: 'count' }] : [])),
    build: standardised,
  },
  Rescaling: { build: rescaled },
});
