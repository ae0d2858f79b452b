import type { ParameterSchema, ParameterValues } from '../contracts/parameters.ts';
import { greatest, least } from '../lists.ts';
import type { ExplainContext } from '../method/method.ts';
import { DefaultRng } from '../numerics/randomPcg64.ts';
import { pixelsOf } from '../perturbation/fill.ts';
import { openMasked } from '../perturbation/maskedModel.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { type Assessed, type AssessmentContext, REASONS, whyUnordered } from './assessment.ts';
import { baselineOf, baselineParameter } from './baseline.ts';
import { FIRST_PLACES, fromLargest, PLACES, placesOf } from './pixelOrder.ts';

/** A curve that moves by less says nothing about the order. */
const FLAT = 0.01;

/** How often the map is moved, and with how much wider steps: together half as many images as the curve itself. */
const MOVES = 4;
const COARSER = 8;

/** Parameters of deletion and insertion. */
export const curveParameters = (baseline: string) =>
  ({
    steps: {
      kind: 'integer',
      default: 0,
      min: 0,
      max: 4096,
      about:
        'In how many equal steps the pixels are changed; 0: as many as the input has rows, so that each step changes a row’s worth (224 steps of 224 pixels, as in the authors’ code).',
    },
    baseline: baselineParameter(baseline),
    moved: {
      kind: 'boolean',
      default: true,
      about: 'Also measures the same map moved to other places, for comparison; takes half as long again.',
    },
  }) as const satisfies ParameterSchema;

export type CurveParameters = ParameterValues<ReturnType<typeof curveParameters>>;

/** The start of a curve, and what the pixels become. */
export interface CurveKind {
  readonly id: 'deletion' | 'insertion';
  /** 'image': the map's pixels are removed from the image; 'baseline': they are inserted into the baseline. */
  readonly from: 'image' | 'baseline';
}

/**
 * The class's score after the activation while pixels are changed in the order of each map, and the area under it,
 * (Σ − half of both ends) / (n − 1).
 */
export async function pixelCurves(
  context: AssessmentContext,
  kind: CurveKind,
  parameters: CurveParameters,
): Promise<readonly Assessed[]> {
  const { run, maps } = context;
  const { height, width } = pixelsOf(run);
  const size = [height, width] as const;
  const area = height * width;
  const steps = Math.min(area, parameters.steps || height);
  const fill = baselineOf(run, parameters.baseline, `${kind.id}.baseline`);
  const counts = countsOf(area, steps);
  const results: Assessed[] = [];
  const coarse = countsOf(area, Math.max(1, Math.round(steps / COARSER)));
  const all = counts.length + (parameters.moved ? MOVES * coarse.length : 0);
  for (const [k, { target, values }] of maps.entries()) {
    let done = 0;
    const progress = (images: number) => context.progress((k + (done += images) / all) / maps.length);
    const scores = (map: Float32Array, at: Float32Array) =>
      scoresAlong(run, { kind, target, order: fromLargest(map), size, counts: at, fill, all, progress });
    const reason = whyUnordered(values);
    if (reason !== undefined) {
      results.push({ value: null, reason, notes: [] });
      continue;
    }
    const score = await scores(values, counts);
    if (!score.every(Number.isFinite)) {
      results.push({ value: null, reason: REASONS.scoreNotFinite, notes: [] });
      continue;
    }
    const random = new DefaultRng(run.seed);
    let sum = 0;
    for (let move = 0; parameters.moved && move < MOVES; move++) {
      sum += areaUnder(await scores(movedMap(values, size, random), coarse)) / MOVES;
    }
    const moved = parameters.moved ? sum : undefined;
    results.push({
      value: areaUnder(score),
      curve: { fraction: Array.from(counts, (count) => count / area), score: [...score] },
      notes: notesOf(score, steps, moved),
      ...(moved !== undefined && { moved }),
    });
  }
  return results;
}

/** How many pixels have been changed after each of equal steps, 0 first. */
const countsOf = (area: number, steps: number) =>
  Float32Array.from({ length: steps + 1 }, (_, i) => Math.round((i * area) / steps));

/** The map moved down and to the right by random offsets, wrapped around at the border. */
function movedMap(values: Float32Array, [height, width]: readonly [number, number], random: DefaultRng): Float32Array {
  const [down, across] = [random.integer(0, height), random.integer(0, width)];
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const to = ((y + down) % height) * width;
    for (let x = 0; x < width; x++) out[to + ((x + across) % width)] = values[y * width + x]!;
  }
  return out;
}

interface Along extends Readonly<{ kind: CurveKind; target: number; counts: Float32Array; fill: TensorOf<'float32'> }> {
  readonly order: Uint32Array;
  readonly size: readonly [number, number];
  /** Images on all curves; one compiled graph serves them. */
  readonly all: number;
  /** Called after each batch of images. */
  progress(images: number): void;
}

/** The score after each step. Insertion is deletion in reverse, so one compiled graph serves both. */
async function scoresAlong(
  run: ExplainContext,
  { kind, target, order, size, counts, fill, all, progress }: Along,
): Promise<Float32Array> {
  const inserting = kind.from === 'baseline';
  const area = order.length;
  const places = placesOf(inserting ? order.toReversed() : order, size);
  const model = await openMasked(
    { ...run, targets: [target] },
    {
      masks: FIRST_PLACES,
      feeds: new Map([[PLACES, places]]),
      fill,
      explained: 'score',
      width: 1,
      whole: Float32Array.of(0),
      count: all,
    },
  );
  const rows = inserting ? counts.map((count) => area - count) : counts;
  const scores = new Float32Array(rows.length);
  let seen = 0;
  for await (const part of model.batches(rows.length, (start, end) => rows.subarray(start, end))) {
    scores.set(part, seen);
    seen += part.length;
    progress(part.length);
  }
  return scores;
}

/** RISE's `auc`. */
export function areaUnder(scores: ArrayLike<number>): number {
  const n = scores.length;
  let sum = -(scores[0]! + scores[n - 1]!) / 2;
  for (let i = 0; i < n; i++) sum += scores[i]!;
  return sum / (n - 1);
}

function notesOf(scores: Float32Array, steps: number, moved: number | undefined): readonly string[] {
  const told = (score: number) => score.toPrecision(2);
  const notes = [`${steps} steps, from a score of ${told(scores[0]!)} to ${told(scores.at(-1)!)}.`];
  if (moved !== undefined) notes.push(`The same map moved to ${MOVES} random places: ${told(moved)} on average.`);
  if (greatest(scores) - least(scores) < FLAT) {
    notes.push('The score hardly moves whichever pixels are changed, so this says little about the map.');
  }
  return notes;
}
