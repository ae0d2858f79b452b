// The mask of a map, computed by the metrics' own program: its lower bound and its outline. Nothing is measured here:
// the numbers come from the explainer, and this only draws the mask that they refer to.
import { toImageGrid } from '../../explainers/contracts/geometry.ts';
import type { EvidenceReading, Heatmap } from '../../explainers/contracts/results.ts';
import { type Evidence, readEvidence } from '../../explainers/metrics/evidence.ts';
import { fixedLevel, hasMask, type MaskLevel as Level, otsuLevel } from '../../explainers/metrics/mask/maskLevel.ts';
import { contours } from '../../explainers/overlay/contours.ts';
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

function evidenceOf(map: Heatmap, reading: EvidenceReading): Evidence | null {
  const held = last.get(map);
  if (held?.reading === reading) return held.evidence;
  const evidence = readEvidence(toImageGrid(map.values, map.geometry), map.geometry.image[1], reading);
  const usable = 'reason' in evidence || !hasMask(evidence) ? null : evidence;
  last = new WeakMap([[map, { reading, evidence: usable }]]);
  return usable;
}

/** Whether {@link maskLevel} is already known; otherwise it takes a moment on a large image. */
export function isMeasured(map: Heatmap, { evidence }: Measure): boolean {
  return known.get(map)?.[evidence] !== undefined;
}

/**
 * The level of the mask for the given options; null if the map has the same evidence everywhere and therefore no mask.
 */
export function maskLevel(map: Heatmap, { threshold, evidence: reading }: Measure): MaskLevel | null {
  const ofMap = known.get(map) ?? {};
  known.set(map, ofMap);
  if (ofMap[reading] === undefined) {
    const evidence = evidenceOf(map, reading);
    ofMap[reading] = evidence && { min: evidence.min, max: evidence.max, otsu: otsuLevel(evidence) };
  }
  const found = ofMap[reading];
  if (!found) return null;
  if (threshold === null) return { ...found.otsu, otsu: true };
  return { ...fixedLevel(found, threshold), otsu: false };
}

type Lines = readonly (readonly number[])[];

/** The last outline of each map, because it is inspected before it is drawn, and drawn at every zoom. */
const outlines = new WeakMap<Heatmap, { readonly key: string; readonly lines: Lines }>();

/** Closed lines in pixels of the image, [x0, y0, x1, y1, …] each, around the pixels above the level and no others. */
export function maskOutline(map: Heatmap, level: number, reading: EvidenceReading): Lines {
  const key = `${reading} ${level}`;
  const drawn = outlines.get(map);
  if (drawn?.key === key) return drawn.lines;
  const evidence = evidenceOf(map, reading);
  const lines = evidence ? contours(evidence.values, map.geometry.image, level).map(({ points }) => points) : [];
  outlines.set(map, { key, lines });
  return lines;
}
