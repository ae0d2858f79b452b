import type { ModelCard } from './card.ts';
import { isThere } from './labels/annotations.ts';
import type { ImageAnnotations, Prediction } from './results.ts';

/** Which classes to explain, resolved against the model once; only `top:K` and the default depend on the image. */
export type ClassChoice =
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
  | { readonly kind: 'top'; readonly count: number }
  | { readonly kind: 'default' };

/**
 * The class indices to explain in one image, in the requested order; by default the best, or (multi-label) predicted ∪
 * annotated.
 */
export function chooseClasses(
  choices: readonly ClassChoice[],
  { task }: Pick<ModelCard, 'task'>,
  { scores }: Pick<Prediction, 'scores'>,
  annotations: Pick<ImageAnnotations, 'states'> | null,
): readonly number[] {
  const ranked = [...scores].sort((a, b) => b.score - a.score || a.index - b.index);
  const top = (count: number) => ranked.slice(0, count).map((score) => score.index);
  const chosen = choices.flatMap((choice): readonly number[] => {
    if (choice.kind === 'indices') return choice.indices;
    if (choice.kind === 'top') return top(choice.count);
    if (task === 'multi-class') return top(1);
    const annotated = Object.entries(annotations?.states ?? {})
      .filter(([, state]) => isThere(state))
      .map(([index]) => Number(index));
    const predicted = scores.filter((score) => score.predicted).map((score) => score.index);
    const union = [...new Set([...predicted, ...annotated])].sort((a, b) => a - b);
    // If nothing is over its threshold and nothing is annotated, the best class is still worth a look.
    return union.length > 0 ? union : top(1);
  });
  return [...new Set(chosen)];
}
