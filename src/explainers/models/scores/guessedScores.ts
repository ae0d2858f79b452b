import type { ModelCard } from '../../contracts/card.ts';
import type { Head } from './head.ts';
import { activationOf } from './scoresOf.ts';

type Task = ModelCard['task'];

/** The task if the card leaves it open: by its activation, else by how the scores are computed. */
export function taskOf(told: 'sigmoid' | 'softmax' | null, head: Head): Task {
  if (told) return told === 'sigmoid' ? 'multi-label' : 'multi-class';
  // One class is present or not; with a single class there is no choice.
  if (head.classes === 1) return 'multi-label';
  if (head.own) return head.own.shares || head.own.degenerate ? 'multi-class' : 'multi-label';
  return head.found === 'sigmoid' ? 'multi-label' : 'multi-class';
}

/** Why this task, in words. */
export function guessedTask(task: Task, { own, found, classes }: Head): string {
  if (classes === 1) return `task: ${task}, because the model has one output`;
  if (own?.shares) return `task: ${task}, because the scores of all classes add up to a whole`;
  if (own && !own.degenerate) return `task: ${task}, because each class has its own score`;
  return found ? `task: ${task}, because the model ends in ${found}` : `task: ${task}, a guess`;
}

/** How the output was read, and how the card can change that; nothing if it simply ends in an activation. */
export function guessedScores(task: Task | undefined, head: Head): readonly string[] {
  const { own, found, classes, output } = head;
  if (!own && found) return [];
  if (!own) {
    if (task !== undefined && (task === 'multi-label' || classes > 1)) return [];
    const activation = activationOf(task ?? taskOf(null, head), classes);
    const why = classes === 1 ? 'one number has no softmax' : 'the model ends without one';
    return [
      `activation: ${activation} of the output '${output}', because ${why} (set output.activation in the card if that is wrong)`,
    ];
  }
  const joined = own.logits?.joined !== undefined;
  const behind = own.passed.length > 0 ? ` and ${own.passed.join(', ')}` : '';
  const why = own.seen
    ? `because its numbers were ${own.seen.whole === 1 ? 'within 0…1' : 'percentages'}${own.seen.shares ? ` and added up to ${own.seen.whole}` : ''} for test images`
    : found
      ? `as the model ends in ${joined && own.shares ? 'p and 1 − p of one sigmoid' : joined ? 'several sigmoids' : found}${behind}`
      : 'because the model keeps them within 0…1';
  const percent =
    own.scores.factor === 0.01 || (own.passed.length > 0 && own.scores.value !== output) ? ', converted to 0…1' : '';
  const explained = joined
    ? `the ${own.shares ? 'logit before it, for 1 − p turned over, is' : 'logits before them are'} explained`
    : own.logits
      ? 'the logits before it are explained'
      : 'they are explained themselves, because they have no logit of a single class';
  const wrong = `set output.activation in the card if that is wrong`;
  return [
    `scores: the model’s own in '${output}'${percent}, ${why}; ${explained} (${wrong})`,
    ...(own.degenerate
      ? [
          `scores: each is 1 for every image, because the model's ${found} divides along an axis of one element, which is a fault of the model`,
        ]
      : []),
  ];
}
