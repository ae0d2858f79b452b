import type { Heatmap } from '../../explainers/contracts/results.ts';
import { readingAt, readingText } from '../stage/reading.ts';
import type { Sight } from '../stage/sight.ts';
import { useSight } from '../stage/useSight.ts';

interface PointedValueProps {
  readonly sight: Sight;
  readonly map: Heatmap;
  /** Maps of the same method for the other classes that are shown. */
  readonly others: readonly Heatmap[];
}

/** The value of a picture's map at the point that the pointer is at, in whichever picture the pointer is. */
export function PointedValue({ sight, map, others }: PointedValueProps) {
  const show = (value: HTMLSpanElement) => {
    const { point } = sight;
    value.hidden = point === null;
    value.textContent = point ? readingText(readingAt(map, point, others)) : '';
  };
  const element = useSight(sight, show, [map, others]);
  return <span ref={element} class="pointed-value" data-pointed="" hidden />;
}
