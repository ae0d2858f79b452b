import { throwIfCancelled } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { RandomState } from '../numerics/randomMt19937.ts';
import { rankCorrelation, ranks } from '../numerics/ranks.ts';
import { table } from '../tables.ts';
import { type Assessed, type AssessedMap, defineAssessment, REASONS, whyUnordered } from './assessment.ts';
import { withOwnGraphs } from './ownGraphs.ts';
import {
  type Drawing,
  drawAnew,
  negated,
  permuted,
  uniform,
  type WeightedLayer,
  weightedLayers,
} from './randomWeights.ts';

const DRAWINGS = table<Drawing>({ uniform, permutation: permuted });

export const parameterRandomisation = defineAssessment({
  id: 'parameterRandomisation',
  title: 'Parameter randomisation',
  summary:
    'How similar the map stays while the model’s weights are randomised layer by layer, from the output down. A map that stays the same does not show what the model learned.',
  caution:
    'A low number says that the map depends on the weights, not that it is right. Noise alone makes it low, so a sharp but noisy map does better than a smooth one. Correlation also stays high where the edges of the image dominate both maps.',
  formula: 'mean over the stages of Spearman’s ρ( |map|, |map of the model with all layers above randomised| )',
  cite: 'Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018; Sixt et al., When Explanations Lie, ICML 2020; Hedström et al., Quantus, JMLR 2023 (MPRT)',
  better: 'down',
  range: [-1, 1],
  group: 'robustness',
  curve: { fraction: 'layers randomised, from the output down', score: 'rank correlation with the map' },
  parameters: {
    layers: {
      kind: 'integer',
      default: 10,
      min: 0,
      max: 1000,
      about: 'After how many layers, spread evenly over the model, the map is computed again; 0: after each.',
    },
    weights: {
      kind: 'choice',
      default: 'uniform',
      choices: {
        uniform: 'uniform around 0, with the root mean square of the layer’s own weights',
        permutation: 'the layer’s own weights, shuffled',
      },
      about:
        'How weights and biases are randomised, each tensor separately. Parameters of normalisations are always shuffled.',
    },
    absolute: {
      kind: 'boolean',
      default: true,
      about: 'Compares absolute values, as Quantus does, so a map in which only signs change counts as the same.',
    },
  },
  async compute(context, { layers: limit, weights, absolute }) {
    const { run, maps } = context;
    const { model, engine, signal } = run;
    const layers = weightedLayers(model.graph);
    if (layers.length === 0) return maps.map(() => ({ value: null, reason: REASONS.noWeights, notes: [] }));
    const read = ({ values }: AssessedMap) => ranks(absolute ? values.map(Math.abs) : values);
    const stages = stagesOf(layers.length, limit);
    const unordered = maps.map(({ values }) => whyUnordered(absolute ? values.map(Math.abs) : values));
    const before = maps.map((map, k) => (unordered[k] === undefined ? read(map) : null));
    const curves: (number | null)[][] = maps.map(() => []);
    const random = new RandomState(run.seed % 2 ** 32);
    const remade = (graph: Graph) =>
      withOwnGraphs(engine, (compiled) => context.explain({ model: { ...model, graph }, compiled }));
    let graph: Graph = model.graph;
    let [done, flipped] = [0, 0];
    for (const [i, stage] of stages.entries()) {
      for (; done < stage; done++) {
        throwIfCancelled(signal);
        graph = drawAnew(graph, layers[done]!, DRAWINGS[weights]!, random);
      }
      let after = await remade(graph);
      const blank = after.map(({ values }, k) => before[k] !== null && whyUnordered(values) !== undefined);
      // Half of all random heads make every place speak against the class, and a map of positive evidence is then
      // blank. Their opposite is equally likely.
      if (weights === 'uniform' && blank.includes(true)) {
        const opposite = await remade(negated(graph, layers[0]!));
        after = after.map((map, k) => (blank[k] ? opposite[k]! : map));
        flipped++;
      }
      for (const [k, map] of after.entries()) {
        const comparable = before[k] && map.values.every(Number.isFinite);
        curves[k]!.push(comparable ? rankCorrelation(before[k]!, read(map)) : null);
      }
      context.progress((i + 1) / stages.length);
    }
    const fraction = [0, ...stages.map((stage) => stage / layers.length)];
    const labels = ['', ...stages.map((stage) => layers[stage - 1]!.name)];
    return curves.map((curve, k): Assessed => {
      if (unordered[k] !== undefined) return { value: null, reason: unordered[k], notes: [] };
      const known = curve.filter((value) => value !== null);
      const result = {
        curve: { fraction, score: [1, ...curve], labels },
        notes: notesOf(curve, stages, layers, flipped),
      };
      if (known.length === 0) return { value: null, reason: REASONS.alwaysConstant, ...result };
      return { value: known.reduce((sum, value) => sum + value, 0) / known.length, ...result };
    });
  },
});

/** After how many layers a map is computed: evenly spread, the last time after all of them. */
function stagesOf(count: number, limit: number): readonly number[] {
  const wanted = limit === 0 ? count : Math.min(limit, count);
  return Array.from({ length: wanted }, (_, i) => Math.round(((i + 1) * count) / wanted));
}

function notesOf(
  curve: readonly (number | null)[],
  stages: readonly number[],
  layers: readonly WeightedLayer[],
  flipped: number,
): readonly string[] {
  const last = curve.at(-1);
  const notes = [
    `${stages.length} of ${layers.length} layers, from the output down${last == null ? '' : `; with all randomised ${last.toFixed(2)}`}.`,
  ];
  const changes = curve.findIndex((value) => value !== 1);
  if (changes !== 0) {
    const same = changes < 0 ? 'all' : `the first ${stages[changes - 1]}`;
    notes.push(
      `The map’s order stays exactly the same with the weights of ${same} layers randomised, so it does not depend on them.`,
    );
  }
  if (flipped > 0) {
    notes.push(
      `At ${flipped} of ${stages.length} stages a map was blank; there the weights next to the output have the opposite sign, which is equally likely.`,
    );
  }
  const blank = curve.filter((value) => value === null).length;
  if (blank > 0) {
    notes.push(
      `At ${blank} of ${stages.length} stages the map is blank or constant, so it counts in none of the numbers.`,
    );
  }
  return notes;
}
