import { useLayoutEffect, useReducer } from 'preact/hooks';
import type { Heatmap } from '../../explainers/contracts/results.ts';
import type { Measure } from '../state/ui.ts';
import { inSlices } from './inSlices.ts';
import { knownLevel, levelInSteps, type MaskLevel, maskInSteps, tracedLevel } from './mapMask.ts';

/** The mask of a map, as far as it is known. */
export interface KnownMask {
  /** Its lower bound; null: there is no map, or it has no mask, or it has not been measured yet. */
  readonly level: MaskLevel | null;
  /** The lower bound whose outline can be drawn. While the threshold moves, it may be the one of a moment ago. */
  readonly drawn: Pick<MaskLevel, 'level'> | null;
}

const NOTHING: KnownMask = { level: null, drawn: null };

/** The mask of one map, measured after the heatmap is on the screen. @param outlined its outline is needed, too */
export function useMask(map: Heatmap | null, measure: Measure, outlined: boolean): KnownMask {
  useMasks(map ? [map] : [], measure, outlined);
  return map ? knownMask(map, measure) : NOTHING;
}

/**
 * Has masks measured, one after the other. On a large image that takes a moment, which is cut into short tasks.
 * @param outlined their outlines are needed, too
 */
export function useMasks(maps: readonly Heatmap[], measure: Measure, outlined: boolean): void {
  const [round, again] = useReducer((count: number) => count + 1, 0);
  const next = maps.find((map) => isMissing(map, measure, outlined));
  // Not again for each threshold: outlines follow a slider as fast as they are traced.
  useLayoutEffect(() => {
    if (!next) return;
    const large = isLarge(next);
    const steps = outlined && large ? maskInSteps(next, measure) : levelInSteps(next, measure);
    return inSlices<unknown>(steps, large, () => again(undefined));
  }, [next, measure.evidence, outlined, round]);
}

/** What is known of the mask of a map, without any work that would be felt. */
export function knownMask(map: Heatmap, measure: Measure): KnownMask {
  const level = knownLevel(map, measure);
  if (!level) return NOTHING;
  if (!isLarge(map)) return { level, drawn: level };
  const traced = tracedLevel(map, measure.evidence);
  return { level, drawn: traced === null ? null : { level: traced } };
}

function isMissing(map: Heatmap, measure: Measure, outlined: boolean): boolean {
  const level = knownLevel(map, measure);
  if (level === undefined) return true;
  return level !== null && outlined && isLarge(map) && tracedLevel(map, measure.evidence) !== level.level;
}

/** From this many pixels on, tracing an outline would be felt in the middle of a motion. */
const LARGE = 1024 * 1024;

function isLarge({ geometry: { image } }: Heatmap): boolean {
  return image[0] * image[1] > LARGE;
}
