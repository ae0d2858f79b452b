import { useEffect, useRef } from 'preact/hooks';
import type { Heatmap } from '../../explainers/contracts/results.ts';
import { readingAt, readingText } from '../stage/reading.ts';
import type { Sight } from '../stage/sight.ts';

interface PointedValueProps {
  readonly sight: Sight;
  readonly map: Heatmap;
  /** Maps of the same method for the other classes that are shown. */
  readonly others: readonly Heatmap[];
}

/** The value of a picture's map at the point that the pointer is at, in whichever picture the pointer is. */
export function PointedValue({ sight, map, others }: PointedValueProps) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = () => {
      if (!element.current) return; // the picture is going
      const { point } = sight;
      element.current.hidden = point === null;
      element.current.textContent = point ? readingText(readingAt(map, point, others)) : '';
    };
    show();
    return sight.listen(show);
  }, [sight, map, others]);
  return <span ref={element} class="pointed-value" data-pointed="" hidden />;
}
