import { float } from '../../graph/attributes.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import type { Draft } from './draft.ts';
import { combined, constantValue } from './elementwise.ts';
import type { Value } from './value.ts';

type Weights = TensorOf<'float32'>;

export interface Statistics {
  readonly gamma: Weights | undefined;
  readonly beta: Weights | undefined;
  readonly mean: Weights;
  readonly variance: Weights;
}

/** (x − mean) / √(variance + ε) · γ + β along the last axis, with known numbers. */
export function batchNormalisation(d: Draft, x: Value, statistics: Statistics, epsilon: number): Value {
  const { mean, variance } = statistics;
  const channels = mean.shape[0]!;
  const gamma = statistics.gamma ?? filled(mean, channels, 1);
  const beta = statistics.beta ?? filled(variance, channels, 0);
  const rank = x.shape.length;
  if (rank === 4 || rank === 2) {
    const from = rank === 4 ? d.channelsFirst(x) : d.plain(x);
    const vectors = [
      d.constant(gamma, 'gamma'),
      d.constant(beta, 'beta'),
      d.constant(mean, 'moving_mean'),
      d.constant(variance, 'moving_variance'),
    ];
    const name = d.node('BatchNormalization', [from, ...vectors], { epsilon: float(epsilon) });
    return { name, shape: x.shape, order: rank === 4 ? 'channelsFirst' : 'plain' };
  }
  const slope = float32([channels], variance.data.map((v, i) => gamma.data[i]! / Math.sqrt(v + epsilon))); // biome-ignore format: one line
  const shift = float32([channels], beta.data.map((b, i) => b - mean.data[i]! * slope.data[i]!)); // biome-ignore format: one line
  const scaled = combined(d, 'Mul', x, constantValue(d, slope, 'slope'));
  return combined(d, 'Add', scaled, constantValue(d, shift, 'shift'));
}

const constants = new WeakMap<Weights, Weights>();

/** Stands in for a missing vector, once per vector that it accompanies. */
function filled(beside: Weights, length: number, value: number): Weights {
  const made = constants.get(beside) ?? float32([length], new Float32Array(length).fill(value));
  constants.set(beside, made);
  return made;
}

/** Mean and variance of the last axis itself, then γ and β. */
export function layerNormalisation(
  d: Draft,
  x: Value,
  gamma: Weights | undefined,
  beta: Weights | undefined,
  epsilon: number,
  length: number,
): Value {
  const scale = gamma ?? float32([length], new Float32Array(length).fill(1));
  const inputs = [d.plain(x), d.constant(scale, 'gamma'), ...(beta ? [d.constant(beta, 'beta')] : [])];
  const name = d.node('LayerNormalization', inputs, { axis: -1, epsilon: float(epsilon) });
  return { name, shape: x.shape, order: 'plain' };
}

/** Mean and variance of groups of channels, then γ and β of each channel. */
export function groupNormalisation(
  d: Draft,
  x: Value,
  gamma: Weights | undefined,
  beta: Weights | undefined,
  { epsilon, groups, channels }: { readonly epsilon: number; readonly groups: number; readonly channels: number },
): Value {
  const scale = gamma ?? float32([channels], new Float32Array(channels).fill(1));
  const inputs = [d.channelsFirst(x), d.constant(scale, 'gamma'), d.constant(beta ?? float32([channels]), 'beta')];
  const name = d.node('GroupNormalization', inputs, { epsilon: float(epsilon), num_groups: groups });
  return { name, shape: x.shape, order: 'channelsFirst' };
}
