import type { Graph } from '../../graph/graph.ts';
import { prune } from '../../graph/rewrite.ts';
import type { DType } from '../../tensor/tensor.ts';
import { type Inference, infer } from '../infer.ts';
import { expandAttention } from './attention.ts';
import { inlineBranches, inlineKnownBranches } from './branches.ts';
import { expandEinsums } from './einsums.ts';
import { withoutIdentities } from './identities.ts';
import { withKnownValues } from './knownValues.ts';
import { mergeNorms } from './mergeNorm.ts';
import { splitSequences } from './sequences.ts';
import { splitPicks } from './splitPicks.ts';
import { withoutTrainingMode } from './trainingMode.ts';

/**
 * The form in which explainers see a model. Everything known before running is a constant, nodes that change nothing
 * are gone, batch normalisation is part of the layer before (or after) it where that is exact, layers in training mode
 * behave as they do for one image, and every value has its type. Values that survive keep their names from the model
 * file; a layer merged with its normalisation takes the name of the latter's output.
 * @throws ExplainError `model` if shapes contradict each other
 */
export function canonicalize(graph: Graph): Graph {
  const known = simplified(graph, [
    inlineKnownBranches,
    splitSequences,
    expandAttention,
    expandEinsums,
    inlineBranches,
    withoutTrainingMode,
  ]);
  return prune(withoutIdentities(splitPicks(prune(mergeNorms(prune(withoutIdentities(known)))))));
}

/**
 * The graph with known branches taken and everything else known before running as constants, in the model's own element
 * types.
 * @param but element types whose values remain to be computed
 */
export function withKnownParts(graph: Graph, but?: ReadonlySet<DType>): Graph {
  return simplified(graph, [inlineKnownBranches, splitSequences], but);
}

type Step = (graph: Graph, inference: Inference) => Graph | undefined;

/** Applies the steps as long as one of them changes something, and turns known values into constants. */
function simplified(graph: Graph, steps: readonly Step[], but?: ReadonlySet<DType>): Graph {
  let current = graph;
  let inference = infer(current);
  const simpler = () => {
    for (const step of steps) {
      const next = step(current, inference);
      if (next) return next;
    }
    return undefined;
  };
  for (let next = simpler(); next; next = simpler()) {
    current = next;
    inference = infer(current);
  }
  return prune(withKnownValues(current, inference, but));
}
