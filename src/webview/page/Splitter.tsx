import { useEffect, useRef, useState } from 'preact/hooks';

const LEAST = 240;
/** Of the page. */
const MOST = 0.7;
const STEP = 16;

interface SplitterProps {
  /** CSS pixels; null: the style sheet decides. */
  readonly width: number | null;
  readonly onWidth: (width: number | null) => void;
}

/**
 * The bar between image and side bar: drag it, or move it with the arrow keys; a double click restores the default
 * width.
 */
export function Splitter({ width, onWidth }: SplitterProps) {
  const element = useRef<HTMLDivElement>(null);
  const [dragging, setDragging] = useState(false);
  const page = () => element.current!.parentElement!;
  const now = () => width ?? page().clientWidth - element.current!.offsetLeft;
  const most = () => page().clientWidth * MOST;
  // The width that the style sheet gives is known after the layout, and a page being rendered need not wait for that.
  useEffect(() => {
    const tell = () => {
      element.current!.ariaValueNow = String(now());
      element.current!.ariaValueMax = String(Math.round(most()));
    };
    const observer = new ResizeObserver(tell);
    observer.observe(page());
    return () => observer.disconnect();
  }, [width]);
  const wish = (value: number) => onWidth(Math.round(Math.min(most(), Math.max(LEAST, value))));
  const move = (by: number) => wish(now() + by);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      ref={element}
      class={dragging ? 'splitter dragging' : 'splitter'}
      role="separator"
      tabindex={0}
      aria-orientation="vertical"
      aria-label="Width of the side bar"
      aria-valuemin={LEAST}
      onPointerDown={({ pointerId, currentTarget }) => {
        currentTarget.setPointerCapture(pointerId);
        setDragging(true);
      }}
      onPointerMove={({ pointerId, currentTarget, clientX }) => {
        if (currentTarget.hasPointerCapture(pointerId)) wish(page().getBoundingClientRect().right - clientX);
      }}
      onPointerUp={() => setDragging(false)}
      onDblClick={() => onWidth(null)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        move(event.key === 'ArrowLeft' ? STEP : -STEP);
        event.preventDefault();
      }}
    />
  );
}
