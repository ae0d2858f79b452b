import { numberAttribute } from '../../graph/attributes.ts';
import type { ValueType } from '../../graph/graph.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { axesFrom, besides } from '../along.ts';
import { Emit } from '../emit.ts';
import { noRule } from '../gradients.ts';
import { defineOps, type InferContext, type OpEntry, type VjpContext } from '../op.ts';
import { ofNormalised } from '../range.ts';
import { fromFront, sameAs } from '../types.ts';

const emitter = (c: VjpContext) => new Emit(c.b, c.type(c.x[0]!).dtype);
const rankOf = (c: VjpContext) => c.type(c.x[0]!).shape?.length ?? c.shape(c.x[0]!).length;
/** The last `count` axes, counted from the back so that they hold for values and gradients alike. */
const lastAxes = (count: number) => Array.from({ length: count }, (_, i) => i - count);
/** Per-channel numbers [C] against [N, C, …]. */
const perChannel = (e: Emit, value: string, rank: number) => e.reshape(value, [-1, ...Array(rank - 2).fill(1)]);

function inferLayerNorm(c: InferContext): readonly ValueType[] {
  const x = c.types[0]!;
  const axis = fromFront(numberAttribute(c.node, 'axis', -1), x.shape?.length ?? 0);
  const shape = x.shape?.map((dim, i) => (i < axis ? dim : 1)) ?? null;
  const statistic: ValueType = { dtype: 'float32', shape };
  return [x, statistic, statistic].slice(0, c.node.outputs.length);
}

interface Standardised {
  readonly x: string;
  /** 1 / standard deviation. */
  readonly inverse: string;
}

/** (x − mean) / √(variance + ε) over `axes`; without a mean for RMS normalisation. */
function standardise(e: Emit, x: string, axes: readonly number[], epsilon: number, centre = true): Standardised {
  const centred = centre ? e.sub(x, e.mean(x, axes)) : x;
  const inverse = e.op('Reciprocal', [e.sqrt(e.add(e.mean(e.square(centred), axes), epsilon))]);
  return { x: e.mul(centred, inverse), inverse };
}

/** Back through {@link standardise}: (g − mean g − x̂·mean(g·x̂)) / σ; without the last term if σ is held constant. */
function unstandardise(e: Emit, g: string, s: Standardised, axes: readonly number[], how: How): string {
  const centred = how.centre ? e.sub(g, e.mean(g, axes)) : g;
  if (how.frozen) return e.mul(s.inverse, centred);
  return e.mul(s.inverse, e.sub(centred, e.mul(s.x, e.mean(e.mul(g, s.x), axes))));
}

interface How {
  readonly centre: boolean;
  /** The spread counts as a constant. */
  readonly frozen: boolean;
}

type NormVjp = (how: How) => NonNullable<OpEntry['vjp']>;

/** A normalisation by the statistics of its own input. */
const normalisation = (op: string, vjp: NormVjp, facts: Partial<OpEntry> = {}, centre = true): OpEntry => ({
  op,
  role: 'norm',
  infer: sameAs(),
  vjp: vjp({ centre, frozen: false }),
  frozen: vjp({ centre, frozen: true }),
  ...facts,
});

/**
 * Layer normalisation (Ba et al. 2016, arXiv:1607.06450) and, without the mean, RMS normalisation (arXiv:1910.07467).
 */
const layerNormVjp: NormVjp = (how) => (c) => {
  const e = emitter(c);
  const [x, scale] = c.x as [string, string];
  const rank = rankOf(c);
  const axes = lastAxes(rank - fromFront(numberAttribute(c.node, 'axis', -1), rank));
  const s = standardise(e, x, axes, numberAttribute(c.node, 'epsilon', 1e-5), how.centre);
  const g = c.g[0]!;
  return [
    c.needs(0) ? unstandardise(e, e.mul(g, scale), s, axes, how) : null,
    c.needs(1) ? e.mul(g, s.x) : null,
    c.needs(2) ? g : null,
  ].slice(0, c.x.length);
};

const instanceNormVjp: NormVjp = (how) => (c) => {
  const e = emitter(c);
  const [x, scale] = c.x as [string, string];
  const rank = rankOf(c);
  const axes = lastAxes(rank - 2);
  const s = standardise(e, x, axes, numberAttribute(c.node, 'epsilon', 1e-5));
  return [unstandardise(e, e.mul(c.g[0]!, perChannel(e, scale, rank)), s, axes, how)];
};

/** Group normalisation (Wu & He 2018, arXiv:1803.08494); scale per channel, as from opset 21. */
const groupNormVjp: NormVjp = (how) => (c) => {
  const e = emitter(c);
  const [x, scale] = c.x as [string, string];
  const shape = c.shape(x);
  const grouped = [shape[0]!, numberAttribute(c.node, 'num_groups'), -1];
  const elements = shape.slice(1).reduce((a, b) => a * b, 1) / grouped[1]!;
  const s = standardise(e, e.reshape(x, grouped), [-1], numberAttribute(c.node, 'epsilon', 1e-5));
  const g = e.reshape(e.mul(c.g[0]!, perChannel(e, scale, shape.length)), [-1, grouped[0]!, grouped[1]!, elements]);
  return [e.split(unstandardise(e, g, s, [-1], how), shape)];
};

/** Batch normalisation at inference: one factor scale / √(variance + ε) per channel. */
function batchNormVjp(c: VjpContext) {
  if (numberAttribute(c.node, 'training_mode', 0) !== 0) throw noRule(c, 'in training mode');
  const e = emitter(c);
  const rank = rankOf(c);
  const epsilon = numberAttribute(c.node, 'epsilon', 1e-5);
  const [, scale, , , variance] = c.x as [string, string, string, string, string];
  const [a, v] = [c.constant(scale), c.constant(variance)];
  if (a?.dtype === 'float32' && v?.dtype === 'float32') {
    const data = a.data.map((value, i) => value / Math.sqrt(v.data[i]! + epsilon));
    const factor: Tensor = { dtype: 'float32', shape: [data.length, ...Array(Math.max(0, rank - 2)).fill(1)], data };
    return [e.mul(c.g[0]!, c.b.constant(factor, `${scale}:factor`))];
  }
  const factor = e.div(scale, e.sqrt(e.add(variance, epsilon)));
  return [e.mul(c.g[0]!, rank < 2 ? factor : perChannel(e, factor, rank))];
}

/** y = x / ‖x‖: (g − y·Σ g·∂‖x‖/∂…) / ‖x‖, for p = 1 and 2. */
const lpNormVjp: NormVjp = (how) => (c) => {
  const e = emitter(c);
  const [x, y, g] = [c.x[0]!, c.y[0]!, c.g[0]!];
  const rank = rankOf(c);
  const axes = [fromFront(numberAttribute(c.node, 'axis', -1), rank) - rank];
  const one = numberAttribute(c.node, 'p', 2) === 1;
  const norm = e.op(one ? 'ReduceL1' : 'ReduceL2', [x, e.ints(axes)], { keepdims: 1 });
  if (how.frozen) return [e.div(g, norm)];
  return [e.div(e.sub(g, e.mul(one ? e.sign(x) : y, e.sum(e.mul(g, y), axes))), norm)];
};

/**
 * Local response normalisation (Krizhevsky et al. 2012): y = x·s^−β with s = bias + α/n·Σ x² over `size` neighbouring
 * channels. dx = g·s^−β − 2αβ/n · x · Σ g·x·s^−(β+1).
 */
const lrnVjp: NormVjp = (how) => (c) => {
  const e = emitter(c);
  const [x, g, shape] = [c.x[0]!, c.g[0]!, c.shape(c.x[0]!)];
  const size = numberAttribute(c.node, 'size');
  const [alpha, beta] = [numberAttribute(c.node, 'alpha', 1e-4), numberAttribute(c.node, 'beta', 0.75)];
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  /** Means over neighbouring channels, arranged along the height of one-channel pictures. */
  const neighbours = (value: string, begin: number, end: number) => {
    const picture = e.reshape(value, [-1, 1, shape[1]!, shape.slice(2).reduce((a, b) => a * b, 1)]);
    const attributes = { kernel_shape: [size, 1], pads: [begin, 0, end, 0], count_include_pad: 1 };
    return e.split(e.op('AveragePool', [picture], attributes), shape);
  };
  const s = e.reshape(
    e.add(numberAttribute(c.node, 'bias', 1), e.mul(alpha, neighbours(e.square(x), before, after))),
    shape,
  );
  const direct = e.mul(g, e.pow(s, -beta));
  if (how.frozen) return [direct];
  const shared = neighbours(e.mul(e.mul(g, x), e.pow(s, -beta - 1)), after, before);
  return [e.sub(direct, e.mul(e.mul(2 * alpha * beta, x), shared))];
};

/** In training mode, also the updated running statistics. */
function inferBatchNorm(c: InferContext): readonly ValueType[] {
  return [0, 3, 4].slice(0, c.node.outputs.length).flatMap((i) => sameAs(i)(c));
}

/** The elements that are normalised together are in the last axes, which scale and shift consist of. */
const beforeAxis = besides((c, { shape }) => {
  const from = fromFront(numberAttribute(c.node, 'axis', -1), shape.length);
  const own = shape.length - from;
  const fits = c.types.slice(1).every((type) => !type?.shape || type.shape.length <= own);
  return axesFrom(fits ? from : 0, shape.length);
});

/** Normalisations. */
export const normOps = defineOps([
  { op: 'BatchNormalization', role: 'norm', infer: inferBatchNorm, vjp: batchNormVjp, wrt: [0] },
  normalisation('InstanceNormalization', instanceNormVjp, { wrt: [0] }),
  normalisation('GroupNormalization', groupNormVjp, { wrt: [0] }),
  normalisation('LayerNormalization', layerNormVjp, { infer: inferLayerNorm, along: beforeAxis }),
  normalisation('RMSNormalization', layerNormVjp, { along: beforeAxis }, false),
  normalisation('LpNormalization', lpNormVjp, {
    range: ofNormalised,
    shares: (node) => numberAttribute(node, 'p', 2) === 1,
  }),
  normalisation('LRN', lrnVjp),
]);
