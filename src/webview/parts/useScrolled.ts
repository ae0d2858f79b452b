import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** What is in view of an element that scrolls, in pixels of the page. */
export interface Scrolled {
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Follows an element's scrolling and size. @param first what is taken for in view before it is measured */
export function useScrolled(scroller: RefObject<HTMLElement | null>, first: Scrolled): Scrolled {
  const [view, setView] = useState(first);
  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = () => setView({ top: element.scrollTop, width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);
  return view;
}
