import type { ModelCard } from '../contracts/card.ts';
import type { Head } from './head.ts';
import { activationOf } from './scoresOf.ts';

type Task = ModelCard['task'];

/** The task that a card leaves open: by its activation, else by how the scores are made. */
export function taskOf(told: 'sigmoid' | 'softmax' | null, head: Head): Task {
  if (told) return told === 'sigmoid' ? 'multi-label' : 'multi-class';
  // One class is there or not; of one class there is none to choose.
  if (head.classes === 1) return 'multi-label';
  if (head.own) return head.own.shares || head.own.degenerate ? 'multi-class' : 'multi-label';
  return head.found === 'sigmoid' ? 'multi-label' : 'multi-class';
}

/** Why that task, in words. */
export function guessedTask(task: Task, { own, found, classes }: Head): string {
  if (classes === 1) return `task: ${task}, as the model has one output`;
  if (own?.shares) return `task: ${task}, as the scores of all classes add up to a whole`;
  if (own && !own.degenerate) return `task: ${task}, as each class has a score of its own`;
  return found ? `task: ${task}, as the model ends in ${found}` : `task: ${task}, a guess`;
}

/** What the output was taken for, and how the card says otherwise; nothing where it simply ends in an activation. */
export function guessedScores(task: Task | undefined, head: Head): readonly string[] {
  const { own, found, classes, output } = head;
  if (!own && found) return [];
  if (!own) {
    if (task !== undefined && (task === 'multi-label' || classes > 1)) return [];
    const activation = activationOf(task ?? taskOf(null, head), classes);
    const why = classes === 1 ? 'one number has no softmax' : 'the model ends without one';
    return [
      `activation: ${activation} of the output '${output}', as ${why} (set output.activation in the card where that is wrong)`,
    ];
  }
  const joined = own.logits?.joined !== undefined;
  const behind = own.passed.length > 0 ? ` and ${own.passed.join(', ')}` : '';
  const why = own.seen
    ? `as its numbers were ${own.seen.whole === 1 ? 'within 0…1' : 'percentages'}${own.seen.shares ? ` and added up to ${own.seen.whole}` : ''} for test images`
    : found
      ? `as the model ends in ${joined && own.shares ? 'p and 1 − p of one sigmoid' : joined ? 'several sigmoids' : found}${behind}`
      : 'as the model keeps them within 0…1';
  const percent =
    own.scores.factor === 0.01 || (own.passed.length > 0 && own.scores.value !== output) ? ', brought to 0…1' : '';
  const explained = joined
    ? `the ${own.shares ? 'logit before it, for 1 − p turned over, is' : 'logits before them are'} explained`
    : own.logits
      ? 'the logits before it are explained'
      : 'they are explained themselves, as no logit of one class stands behind them';
  const wrong = `set output.activation in the card where that is wrong`;
  return [
    `scores: those that the model gives in '${output}'${percent}, ${why}; ${explained} (${wrong})`,
    ...(own.degenerate
      ? [
          `scores: each is 1 for every image, because the model's ${found} divides along an axis of one element: the fault is in the model`,
        ]
      : []),
  ];
}
