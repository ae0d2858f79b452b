import { useLayoutEffect, useReducer } from 'preact/hooks';
import type { Heatmap } from '../../explainers/contracts/results.ts';
import type { Measure } from '../state/ui.ts';
import { isMeasured, type MaskLevel, maskLevel } from './mapMask.ts';

/**
 * The lower bound of a map's mask; null: there is no map, or it has no mask, or it has not been measured yet. Measuring
 * takes a moment on a large image, so it happens after the heatmap is on the screen.
 */
export function useMask(map: Heatmap | null, measure: Measure): MaskLevel | null {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const measured = map !== null && isMeasured(map, measure);
  useLayoutEffect(() => {
    if (!map || measured) return;
    const [height, width] = map.geometry.image;
    return afterPaint(height * width > LARGE, () => {
      maskLevel(map, measure);
      again(undefined);
    });
  }, [map, measured, measure.evidence]);
  return measured ? maskLevel(map, measure) : null;
}

/** From this many pixels on, measuring would be felt in the middle of a motion. */
const LARGE = 1024 * 1024;
/** Milliseconds without a motion. */
const QUIET = 400;

let lastMotion = -Infinity;
for (const motion of ['pointermove', 'wheel'])
  window.addEventListener(motion, () => (lastMotion = performance.now()), { capture: true, passive: true });

/**
 * Runs something once the requested painting is on the screen.
 * @param quiet and while nothing is moved
 * @returns cancels it
 */
function afterPaint(quiet: boolean, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const attempt = () => {
    const left = lastMotion + QUIET - performance.now();
    if (quiet && left > 0) timer = setTimeout(attempt, left);
    else run();
  };
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(attempt, 0);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
