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
    return afterPaint(() => {
      maskLevel(map, measure);
      again(undefined);
    });
  }, [map, measured, measure.evidence]);
  return measured ? maskLevel(map, measure) : null;
}

/** Runs something once the requested painting is on the screen. @returns cancels it */
function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run, 0);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
