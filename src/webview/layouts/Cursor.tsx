import type { Sight } from '../stage/sight.ts';
import { useSight } from '../stage/useSight.ts';

/** A cross at the point of the image that the pointer is at, in whichever picture the pointer is. */
export function Cursor({ sight }: { readonly sight: Sight }) {
  const element = useSight(sight, ({ style }: HTMLSpanElement) => {
    const { point, view } = sight;
    style.visibility = point && view ? 'visible' : 'hidden';
    if (point && view)
      style.transform = `translate(${view.left + point[0] * view.zoom}px, ${view.top + point[1] * view.zoom}px)`;
  });
  return <span ref={element} class="cursor" aria-hidden="true" />;
}
