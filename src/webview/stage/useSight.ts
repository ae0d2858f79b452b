import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Sight } from './sight.ts';

/**
 * An element that shows something of the sight, again after each of its changes; nothing is rendered for that.
 * @param depends what else it shows
 */
export function useSight<E extends HTMLElement>(
  sight: Sight,
  show: (element: E) => void,
  depends: readonly unknown[] = [],
): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    const again = () => {
      if (element.current) show(element.current); // else it is going
    };
    again();
    return sight.listen(again);
  }, [sight, ...depends]);
  return element;
}
