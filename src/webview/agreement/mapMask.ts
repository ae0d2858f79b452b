// The mask of a map, computed by the metrics' own program: its lower bound and its outline. Nothing is measured here:
// the numbers come from the explainer, and this only draws the mask that they refer to.
import { toImageGridInSteps } from '../../explainers/contracts/geometry.ts';
import type { EvidenceReading, Heatmap } from '../../explainers/contracts/results.ts';
import { type Evidence, readEvidenceInSteps } from '../../explainers/metrics/evidence.ts';
import {
  fixedLevel,
  hasMask,
  type MaskLevel as Level,
  otsuLevelInSteps,
} from '../../explainers/metrics/mask/maskLevel.ts';
import { contoursInSteps } from '../../explainers/overlay/contours.ts';
import { atOnce, type Steps } from '../../explainers/steps.ts';
import type { Measure } from '../state/ui.ts';

/** The lower bound of a map's mask. */
export interface MaskLevel extends Level {
  /** Otsu's threshold, as opposed to the user's. */
  readonly otsu: boolean;
}

/** Per map and reading: its range and Otsu's level; null where it has no mask. */
interface Known extends Pick<Evidence, 'min' | 'max'> {
  readonly otsu: Level;
}
const known = new WeakMap<Heatmap, Partial<Record<EvidenceReading, Known | null>>>();

/**
 * On the pixels of the original image, for the last requested map only, because all maps would take too much memory.
 */
let last = new WeakMap<Heatmap, { readonly reading: EvidenceReading; readonly evidence: Evidence | null }>();

function* evidenceOf(map: Heatmap, reading: EvidenceReading): Steps<Evidence | null> {
  const held = last.get(map);
  if (held?.reading === reading) return held.evidence;
  const grid = yield* toImageGridInSteps(map.values, map.geometry);
  const evidence = yield* readEvidenceInSteps(grid, map.geometry.image[1], reading);
  const usable = 'reason' in evidence || !hasMask(evidence) ? null : evidence;
  last = new WeakMap([[map, { reading, evidence: usable }]]);
  return usable;
}

/**
 * The level of the mask for the given options; null if the map has the same evidence everywhere and therefore no mask.
 */
export function maskLevel(map: Heatmap, measure: Measure): MaskLevel | null {
  return atOnce(levelInSteps(map, measure));
}

/** {@link maskLevel} if that takes no work; undefined: it was not measured yet. */
export function knownLevel(map: Heatmap, { threshold, evidence: reading }: Measure): MaskLevel | null | undefined {
  const found = known.get(map)?.[reading];
  if (!found) return found;
  if (threshold === null) return { ...found.otsu, otsu: true };
  return { ...fixedLevel(found, threshold), otsu: false };
}

/** {@link maskLevel} in steps. */
export function* levelInSteps(map: Heatmap, measure: Measure): Steps<MaskLevel | null> {
  if (!known.get(map)) known.set(map, {});
  const ofMap = known.get(map)!;
  if (ofMap[measure.evidence] === undefined) {
    const evidence = yield* evidenceOf(map, measure.evidence);
    const otsu = evidence && (yield* otsuLevelInSteps(evidence));
    ofMap[measure.evidence] = evidence && { min: evidence.min, max: evidence.max, otsu: otsu! };
  }
  return knownLevel(map, measure) ?? null;
}

type Lines = readonly (readonly number[])[];

/** The last outline of each map, because it is inspected before it is drawn, and drawn at every zoom. */
const outlines = new WeakMap<
  Heatmap,
  { readonly reading: EvidenceReading; readonly level: number; readonly lines: Lines }
>();

/** Closed lines in pixels of the image, [x0, y0, x1, y1, …] each, around the pixels above the level and no others. */
export function maskOutline(map: Heatmap, level: number, reading: EvidenceReading): Lines {
  return atOnce(outlineInSteps(map, level, reading));
}

function* outlineInSteps(map: Heatmap, level: number, reading: EvidenceReading): Steps<Lines> {
  const drawn = outlines.get(map);
  if (drawn?.level === level && drawn.reading === reading) return drawn.lines;
  const evidence = yield* evidenceOf(map, reading);
  const traced = evidence ? yield* contoursInSteps(evidence.values, map.geometry.image, level) : [];
  const lines = traced.map(({ points }) => points);
  outlines.set(map, { reading, level, lines });
  return lines;
}

/** The level of a map's last outline: of the same mask or, for a moment, of the one before. Null: there is none. */
export function tracedLevel(map: Heatmap, reading: EvidenceReading): Level['level'] | null {
  const drawn = outlines.get(map);
  return drawn?.reading === reading ? drawn.level : null;
}

/** All that is drawn of a mask: its level and its outline, which are known afterwards. */
export function* maskInSteps(map: Heatmap, measure: Measure): Steps<void> {
  const mask = yield* levelInSteps(map, measure);
  if (mask) yield* outlineInSteps(map, mask.level, measure.evidence);
}
