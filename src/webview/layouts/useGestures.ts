import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Listens on an element while it is on the page. */
export function useGestures(element: RefObject<HTMLElement | null>, listen: (element: HTMLElement) => void): void {
  // The listeners go with the element.
  useEffect(() => listen(element.current!), []);
}
