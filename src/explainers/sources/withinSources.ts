import type { AnyParameters } from '../contracts/parameters.ts';
import type { GraphBuilder } from '../graph/build.ts';
import { beforeContrast } from '../method/contrast.ts';
import { limeFits } from '../methods/lime/limeFit.ts';
import { limeMasks, type Sampling } from '../methods/lime/limeSamples.ts';
import { relevanceAt } from '../methods/relevance/lrp.ts';
import { shapCoalitions } from '../methods/shap/coalitions.ts';
import { shapleyFits } from '../methods/shap/shapleyFit.ts';
import { gaussLegendre } from '../numerics/gaussLegendre.ts';
import { type Attributed, attributed, combined } from './attributed.ts';
import { jointGraph, logitAt, type Point, passOf } from './joint.ts';
import { Coalitions, type Evidence, type Player, playersOf } from './players.ts';

/** What a method gives each source of a class, and the values that it was computed from. */
export interface Within extends Attributed {
  /** The explained value of the image, and at the baselines; null: the method knows none. */
  readonly logit: number;
  readonly baseline: number | null;
  /** Whether the values add up to the difference of the two. */
  readonly complete: boolean;
  readonly notes: readonly string[];
}

type Attribute = (evidence: Evidence, targets: readonly number[], parameters: AnyParameters) => Promise<readonly Within[]>; // biome-ignore format: one line

const inputXGradient: Attribute = async (evidence, targets) => {
  const joint = await jointGraph(evidence);
  const pass = await passOf(evidence, joint, 'gradient');
  return each(targets, async (target) => {
    const { logit, gradients } = await pass(joint.here, target);
    const values = combined(joint.here, gradients, (x, g) => x * g);
    return { ...attributed(evidence, joint, values), logit, baseline: null, complete: false, notes: [] };
  });
};

/** One straight path from the baselines to the image and its inputs, all at once. */
const integratedGradients: Attribute = async (evidence, targets, parameters) => {
  const joint = await jointGraph(evidence);
  const pass = await passOf(evidence, joint, 'gradient');
  const steps = Number(parameters['steps'] ?? 50);
  const { points, weights } = gaussLegendre(steps);
  return each(targets, async (target) => {
    let sum: Point | null = null;
    let baseline = 0;
    for (const from of joint.baselines) {
      const share = 1 / joint.baselines.length;
      baseline += share * (await logitAt(evidence, joint, from, target));
      const way = combined(joint.here, from, (x, b) => x - b);
      for (const [i, t] of points.entries()) {
        const { gradients } = await pass(
          combined(from, way, (b, d) => b + t * d),
          target,
        );
        const part = combined(gradients, way, (g, d) => share * weights[i]! * g * d);
        sum = sum === null ? part : combined(sum, part, (a, b) => a + b);
      }
    }
    const logit = await logitAt(evidence, joint, joint.here, target);
    const notes = [`${steps} points on one path from the baselines to the image and all its inputs.`];
    return { ...attributed(evidence, joint, sum!), logit, baseline, complete: true, notes };
  });
};

const lrp: Attribute = async (evidence, targets, parameters) => {
  // Relevance starts at the classes themselves, whatever they are compared with.
  const { contrast } = evidence.context.model;
  const weights = (target: number) => contrast!.weights(target);
  const alone = contrast ? { ...evidence, context: beforeContrast(evidence.context, weights) } : evidence;
  const joint = await jointGraph(alone);
  const others = joint.cut.filter((name) => name !== joint.image);
  const { key, rules, multiplied, note } = relevanceAt(alone.context, parameters, others);
  const pass = await passOf(alone, joint, key, (forward, b: GraphBuilder) => rules(forward, b));
  return each(targets, async (target) => {
    const { logit, gradients } = await pass(joint.here, target);
    const values = multiplied ? combined(joint.here, gradients, (x, g) => x * g) : gradients;
    return { ...attributed(alone, joint, values), logit, baseline: null, complete: false, notes: [note] };
  });
};

/** What is lost without each part alone. */
const occlusion: Attribute = async (evidence, targets) => {
  const { players, worth } = await parts(evidence);
  const [all, none] = [await worth(() => true), await worth(() => false)];
  const lost: Float64Array[] = [];
  for (const [at, { idle }] of players.entries()) lost.push(idle ? all : await worth((player) => player !== at));
  return targets.map((target) => ({
    ...byPlayer(evidence, players, (player) => all[target]! - lost[player]![target]!),
    logit: all[target]!,
    baseline: none[target]!,
    complete: false,
    notes: ['Each value is the logit less the logit without that part alone.'],
  }));
};

const kernelShap: Attribute = async (evidence, targets, parameters) => {
  const { players, worth } = await parts(evidence);
  const { seed } = evidence.context;
  const active = [...players.keys()].filter((at) => !players[at]!.idle);
  const width = active.length;
  const [all, none] = [await worth(() => true), await worth(() => false)];
  const budget = width <= Number(parameters['exact'] ?? 10) ? 2 ** width : Number(parameters['samples'] ?? 1000);
  const drawn = width < 2 ? null : shapCoalitions(width, budget, seed);
  const rows = drawn?.rows ?? new Uint8Array();
  const values: Float64Array[] = [];
  for (let row = 0; row < (drawn?.count ?? 0); row++)
    values.push(await worth((player) => rows[row * width + active.indexOf(player)] === 1));
  return targets.map((target) => {
    const shares = new Float64Array(players.length);
    if (drawn) {
      const game = { rows: Float64Array.from(rows), count: drawn.count, width, weights: drawn.weights };
      const worths = { values: values.map((each) => each[target]!), none: none[target]!, all: all[target]! };
      const [fit] = shapleyFits(game, [worths], { kind: 'off' }, 1);
      for (const [i, at] of active.entries()) shares[at] = fit![i]!;
    } else if (width === 1) shares[active[0]!] = all[target]! - none[target]!;
    return {
      ...byPlayer(evidence, players, (player) => shares[player]!),
      logit: all[target]!,
      baseline: none[target]!,
      complete: true,
      notes: [`${values.length} coalitions of ${width} parts.`],
    };
  });
};

const lime: Attribute = async (evidence, targets, parameters) => {
  const { players, worth } = await parts(evidence);
  const active = [...players.keys()].filter((at) => !players[at]!.idle);
  const width = active.length;
  const all = await worth(() => true);
  const none = await worth(() => false);
  // More masks than there are say nothing more.
  const count = Math.min(Number(parameters['samples'] ?? 1000), 4 * 2 ** Math.min(width, 20));
  const masks = limeMasks('balanced' satisfies Sampling, count, Math.max(1, width), evidence.context.seed);
  const known = new Map<string, Float64Array>();
  const values: Float64Array[] = [];
  for (let row = 0; row < masks.count; row++) {
    const key = masks.rows.subarray(row * masks.width, (row + 1) * masks.width).join('');
    const found = known.get(key) ?? (await worth((player) => masks.rows[row * masks.width + active.indexOf(player)] === 1)); // biome-ignore format: one line
    known.set(key, found);
    values.push(found);
  }
  const settings = {
    kernelWidth: Number(parameters['kernelWidth'] ?? 0.25),
    distance: 'cosine' as const,
    fitsWhole: true,
    surrogate: 'ridge' as const,
    alpha: Number(parameters['alpha'] ?? 1),
    selection: 'none' as const,
    features: width,
  };
  const ys = targets.map((target) => values.map((each) => each[target]!));
  return limeFits(masks, ys, settings).map((fit, k) => ({
    ...byPlayer(evidence, players, (player) => (active.includes(player) ? fit.coefficients[active.indexOf(player)]! : 0)), // biome-ignore format: one line
    logit: all[targets[k]!]!,
    baseline: none[targets[k]!]!,
    complete: false,
    notes: [`${masks.count} masks of ${width} parts, R² ${fit.r2.toFixed(2)}.`],
  }));
};

/** Methods that say something about every source, by their ids. */
export const WITHIN: ReadonlyMap<string, Attribute> = new Map(
  Object.entries({ inputXGradient, integratedGradients, lrp, occlusion, kernelShap, lime }),
);

async function parts(evidence: Evidence) {
  const players = playersOf(evidence, true);
  const coalitions = await Coalitions.open(evidence, players);
  return { players, worth: (present: (player: number) => boolean) => coalitions.logits(present) };
}

function byPlayer({ inputs }: Evidence, players: readonly Player[], value: (player: number) => number): Attributed {
  const found = inputs.map(({ tensor }) => new Float64Array(tensor.data.length));
  for (const [at, { input, part }] of players.entries()) {
    // The numbers of a category, or of an input of one number, are one part.
    if (input !== null) found[input]![part ?? 0] = value(at);
  }
  return { image: value(0), inputs: found };
}

async function each<T>(targets: readonly number[], make: (target: number) => Promise<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for (const target of targets) all.push(await make(target));
  return all;
}
