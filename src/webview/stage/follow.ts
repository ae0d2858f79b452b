import type { Sight } from './sight.ts';

interface Follower {
  /** The element has another size. */
  resized(): void;
  /** Another part of the image is visible than was painted last. */
  moved(): void;
  /** What was painted last. */
  seen(): Sight['view'];
}

/** Tells a picture when to paint again. @returns ends it */
export function follow(element: Element, sight: Sight, { resized, moved, seen }: Follower): () => void {
  const sizes = new ResizeObserver(resized);
  sizes.observe(element);
  const unlisten = sight.listen(() => {
    if (sight.view !== seen()) moved();
  });
  return () => {
    sizes.disconnect();
    unlisten();
  };
}
