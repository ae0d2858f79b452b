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
 * The form in which explainers see a model: everything that is known before running is a constant, what changes nothing is
 * gone, batch normalisation is part of the layer before (or after) it where that is exact, layers in training mode are what they
 * are for one image, and every value has its type.
 * Values that survive keep the names that they have in the model file; a layer merged with its normalisation bears the
 * name of the latter's output.
 * @throws ExplainError `model` where shapes contradict each other
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
 * The graph with the branches taken and all else that is known before running as constants, in the model's own element types.
 * @param but element types whose values stay to be computed
 */
export function withKnownParts(graph: Graph, but?: ReadonlySet<DType>): Graph {
  return simplified(graph, [inlineKnownBranches, splitSequences], but);
}

type Step = (graph: Graph, inference: Inference) => Graph | undefined;

/** Takes steps for as long as one finds something to do, and makes constants of what is known. */
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
