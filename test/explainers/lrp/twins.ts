import type { LinearRule } from '../../../src/explainers/lrp/rule.ts';

/** A dense layer z = x·w + b of n inputs and m outputs: w[j][k]. */
export interface Dense {
  readonly x: readonly number[];
  readonly w: readonly (readonly number[])[];
  readonly b: readonly number[];
  /** What x lies between. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const positive = (value: number) => Math.max(value, 0);
const negative = (value: number) => Math.min(value, 0);
const stabilised = (z: number, epsilon = 1e-6) => z + (z >= 0 ? epsilon : -epsilon);

/** Shares share[j][k] of output k's relevance, from what each input contributes and what the bias does. */
function spread(layer: Dense, relevance: readonly number[], share: (j: number, k: number) => number): number[] {
  return layer.x.map((_, j) => relevance.reduce((sum, r, k) => sum + share(j, k) * r, 0));
}

/** Each input's contribution x_j·w_jk in some form, normalised over the inputs and the bias. */
function inProportion(
  layer: Dense,
  contribution: (j: number, k: number) => number,
  bias: (k: number) => number,
  epsilon?: number,
): (j: number, k: number) => number {
  const totals = layer.b.map((_, k) => layer.x.reduce((sum, _x, j) => sum + contribution(j, k), bias(k)));
  return (j, k) => contribution(j, k) / stabilised(totals[k]!, epsilon);
}

type Twin = (layer: Dense, relevance: readonly number[], rule: LinearRule) => number[];

const plain = (layer: Dense) => (j: number, k: number) => layer.x[j]! * layer.w[j]![k]!;

/** Every rule once more, slowly, as its paper writes it: by contributions, one at a time, knowing nothing of terms. */
export const TWINS: Readonly<Record<string, Twin>> = {
  epsilon: (layer, relevance, { epsilon }) =>
    spread(
      layer,
      relevance,
      inProportion(layer, plain(layer), (k) => layer.b[k]!, epsilon),
    ),
  zero: (layer, relevance) =>
    spread(
      layer,
      relevance,
      inProportion(layer, plain(layer), (k) => layer.b[k]!, 0),
    ),
  zPlus: (layer, relevance) => {
    const z = plain(layer);
    return spread(
      layer,
      relevance,
      inProportion(
        layer,
        (j, k) => positive(z(j, k)),
        (k) => positive(layer.b[k]!),
      ),
    );
  },
  alphaBeta: (layer, relevance, rule) => {
    const z = plain(layer);
    const up = inProportion(
      layer,
      (j, k) => positive(z(j, k)),
      (k) => positive(layer.b[k]!),
    );
    const down = inProportion(
      layer,
      (j, k) => negative(z(j, k)),
      (k) => negative(layer.b[k]!),
    );
    const [alpha, beta] = [rule.groups[0]!.share, -rule.groups[1]!.share];
    return spread(layer, relevance, (j, k) => alpha * up(j, k) - beta * down(j, k));
  },
  gamma: (layer, relevance, { gamma }) => {
    const z = plain(layer);
    const output = layer.b.map((b, k) => layer.x.reduce((sum, _, j) => sum + z(j, k), b));
    const favour = (k: number, value: number) => value + gamma * (output[k]! > 0 ? positive(value) : negative(value));
    return spread(
      layer,
      relevance,
      inProportion(
        layer,
        (j, k) => favour(k, z(j, k)),
        (k) => favour(k, layer.b[k]!),
      ),
    );
  },
  zBox: (layer, relevance) =>
    spread(
      layer,
      relevance,
      inProportion(
        layer,
        (j, k) => {
          const w = layer.w[j]![k]!;
          return layer.x[j]! * w - layer.low[j]! * positive(w) - layer.high[j]! * negative(w);
        },
        () => 0,
      ),
    ),
  wSquare: (layer, relevance) =>
    spread(
      layer,
      relevance,
      inProportion(
        layer,
        (j, k) => layer.w[j]![k]! ** 2,
        () => 0,
      ),
    ),
  flat: (layer, relevance) =>
    spread(
      layer,
      relevance,
      inProportion(
        layer,
        () => 1,
        () => 0,
      ),
    ),
};
