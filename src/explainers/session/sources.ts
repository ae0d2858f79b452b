import type { AnnotationSource, ModelCard } from '../contracts/card.ts';
import type { Reach } from '../files/reach.ts';

/**
 * The annotation files of a request: those that a person names, else the card's, which may lead no further than the
 * card may.
 */
export function sourcesOf(
  asked: readonly AnnotationSource[] | null | undefined,
  { path, annotations }: ModelCard,
  reach: Reach,
): readonly AnnotationSource[] {
  if (asked) return asked;
  return path === null ? annotations : annotations.map((source) => ({ ...source, within: reach.of(path) }));
}
