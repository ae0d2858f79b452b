// The mask of a map as the metrics see it: at which value it begins, and its outline. Nothing is measured here: numbers come
// from the explainer; this only draws what they are of.
import { type Geometry, toImageGrid } from '../../explainers/contracts/geometry.ts';
import type { EvidenceReading, Heatmap } from '../../explainers/contracts/results.ts';
import { otsuThreshold } from '../../explainers/metrics/otsu.ts';
import { contours } from '../../explainers/overlay/contours.ts';
import type { Measure } from '../state/state.ts';

/** Where a map's mask begins. */
export interface MaskLevel {
  /** In the map's own unit. */
  readonly level: number;
  /** 0 … 1 between the smallest and the largest evidence: the place of the slider. */
  readonly share: number;
  /** Otsu's threshold, rather than the user's. */
  readonly otsu: boolean;
}

interface Spread {
  readonly min: number;
  readonly max: number;
  /** Share of the range at which the pixels above Otsu's threshold begin. */
  readonly otsu: number;
}

const READ: Readonly<Record<EvidenceReading, (value: number) => number>> = {
  positive: (value) => Math.max(value, 0),
  absolute: Math.abs,
  signed: (value) => value,
};

const spreads = new WeakMap<Heatmap, Partial<Record<EvidenceReading, Spread | null>>>();

/** Whether {@link maskLevel} is known already: else it takes a moment on a large image. */
export function isMeasured(map: Heatmap, { evidence }: Measure): boolean {
  return spreads.get(map)?.[evidence] !== undefined;
}

/** The level of the mask that the options ask for; null where the map has the same evidence everywhere, so that there is none. */
export function maskLevel(map: Heatmap, { threshold, evidence }: Measure): MaskLevel | null {
  const known = spreads.get(map) ?? {};
  spreads.set(map, known);
  if (known[evidence] === undefined) known[evidence] = spreadOf(map, READ[evidence]);
  const spread = known[evidence];
  if (!spread) return null;
  const share = threshold ?? spread.otsu;
  return { level: spread.min + share * (spread.max - spread.min), share, otsu: threshold === null };
}

/** On the pixels of the original image, as the metrics have it. */
function spreadOf(map: Heatmap, read: (value: number) => number): Spread | null {
  const values = toImageGrid(map.values, map.geometry);
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = read(values[i]!);
    values[i] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const span = max - min;
  if (!(span > 0) || span === Infinity) return null;
  const histogram = new Float64Array(256);
  for (const value of values) if (!Number.isNaN(value)) histogram[Math.floor((255 * (value - min)) / span)]!++;
  // A pixel is above threshold t on 256 levels where 255 · share ≥ t + 1.
  return { min, max, otsu: (otsuThreshold(histogram) + 1) / 255 };
}

type Lines = readonly (readonly number[])[];

/** The last outline of each map: it is looked at before it is drawn, and drawn at every zoom. */
const outlines = new WeakMap<Heatmap, { readonly key: string; readonly lines: Lines }>();

/** Closed lines in pixels of the image, [x0, y0, x1, y1, …] each, around everything above the level. */
export function maskOutline(map: Heatmap, level: number, evidence: EvidenceReading): Lines {
  const key = `${evidence} ${level}`;
  const known = outlines.get(map);
  if (known?.key === key) return known.lines;
  const lines = traced(map, level, evidence);
  outlines.set(map, { key, lines });
  return lines;
}

function traced(map: Heatmap, level: number, evidence: EvidenceReading): Lines {
  const { scale, offset } = map.geometry;
  const seen = onPicture(map.values, map.geometry);
  // Positive evidence above a level is the map itself above it: its own slopes, not those that begin at 0, place the line.
  const fields = evidence === 'absolute' ? [seen, seen.map((value) => -value)] : [seen];
  return fields.flatMap((field) =>
    contours(field, map.size, level).map(({ points }) =>
      points.map((at, i) => (i % 2 === 0 ? (at - offset[1]) / scale[1] : (at - offset[0]) / scale[0])),
    ),
  );
}

/** The map with NaN where a letterbox has its padding: evidence there is on no pixel of the image. */
function onPicture(values: Float32Array, { image, input, scale, offset }: Geometry): Float32Array {
  const [first, last] = [0, 1].map((end) =>
    ([0, 1] as const).map((axis) => Math.round(offset[axis] + end * image[axis] * scale[axis])),
  ) as [[number, number], [number, number]];
  if (first[0] <= 0 && first[1] <= 0 && last[0] >= input[0] && last[1] >= input[1]) return values;
  return values.map((value, i) => {
    const [y, x] = [Math.floor(i / input[1]), i % input[1]];
    return y < first[0] || x < first[1] || y >= last[0] || x >= last[1] ? Number.NaN : value;
  });
}
