import type { ModelCard } from '../../contracts/card.ts';
import { ExplainError } from '../../errors.ts';
import type { Activation, Head } from './head.ts';
import { type OutputEvidence, scaleOf } from './outputEvidence.ts';
import type { Reading } from './scoreReading.ts';

/** How a model's logits and scores are read. */
export interface HeadReading {
  readonly activation: Activation;
  readonly logits: Reading;
  /** The model's own scores; null: the activation of the logits. */
  readonly scores: Reading | null;
}

/**
 * The explained value and the scores, by the card's `output.activation` and, if that is left open, by the graph's end.
 * @throws ExplainError `card` if a softmax of one number is requested
 */
export function scoresOf(
  head: Head,
  declared: ModelCard['output']['activation'],
  task: ModelCard['task'],
): HeadReading {
  const plain: Reading = { value: head.output, moves: [] };
  if (declared === 'softmax' && head.classes === 1 && head.found !== 'softmax') throw softmaxOfOne(head);
  // If the card names another activation than the one in the graph, that one is part of the model.
  if (declared !== 'auto' && declared !== head.found) return { activation: declared, logits: plain, scores: null };
  if (head.own) {
    const { logits, scores } = head.own;
    return { activation: head.found ?? 'none', logits: logits ?? scores, scores };
  }
  const activation = declared !== 'auto' ? declared : (head.found ?? activationOf(task, head.classes));
  return { activation, logits: { value: head.logits, like: head.like ?? head.output, moves: [] }, scores: null };
}

/** A single output is a logit of its own, because the softmax of one number is always 1. */
export const activationOf = (task: ModelCard['task'], classes: number): 'sigmoid' | 'softmax' =>
  task === 'multi-label' || classes === 1 ? 'sigmoid' : 'softmax';

function softmaxOfOne({ output }: Head): ExplainError {
  return new ExplainError({
    kind: 'card',
    message: `The card asks for a softmax, but the output '${output}' has one number, whose softmax is 1 for every image.`,
    subject: 'output.activation',
    next: 'Set "activation" to "sigmoid" for one logit, or to "none" for a number that already is a score.',
  });
}

/** The head as the output's numbers show it, if the graph left that open. */
export function withEvidence(head: Head, runs: OutputEvidence): Head {
  const { undecided, ...settled } = head;
  const scale = undecided ? scaleOf(runs) : null;
  if (!scale) return settled;
  const scores = { value: head.output, moves: [], ...(scale.whole !== 1 && { factor: 1 / scale.whole }) };
  return {
    ...settled,
    own: { scores, logits: null, shares: scale.shares, degenerate: false, passed: [], seen: scale },
  };
}
