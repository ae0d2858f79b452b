import type { Size } from '../../contracts/geometry.ts';
import { gaussian } from '../../numerics/gaussian.ts';
import { type Planes, rgbToLab, unitPlanes } from './colors.ts';
import { connectedSegments } from './connectedSegments.ts';
import { places, regularGrid } from './regularGrid.ts';
import { defineSegmenter, OF } from './segmenter.ts';

/** k-means over colour and place, where each centre only considers nearby pixels. */
export const slic = defineSegmenter({
  id: 'slic',
  title: 'SLIC',
  about: 'Compact segments of about equal size',
  cite: 'Achanta et al., SLIC Superpixels Compared to State-of-the-Art Superpixel Methods, TPAMI 2012; scikit-image 0.26.0',
  parameters: {
    segments: { kind: 'integer', default: 100, min: 1, max: 100000, about: 'About how many segments' },
    compactness: {
      kind: 'number',
      default: 10,
      min: 1e-6,
      about: 'Weight of place against colour; 30 is nearly square',
    },
    sigma: { kind: 'number', default: 0, min: 0, max: 50, unit: 'px', about: 'Smoothing beforehand' },
    iterations: { kind: 'integer', default: 10, min: 1, max: 1000, about: 'Rounds of k-means' },
    connected: { kind: 'boolean', default: true, about: 'Every segment is one piece; small pieces join a neighbour' },
    of: OF,
  },
  segment(picture, { segments, compactness, sigma, iterations, connected }) {
    const { size } = picture;
    const ratio = 1 / compactness;
    const planes = rgbToLab(stretched(unitPlanes(picture))).map((plane) =>
      gaussian(plane, size, sigma).map((value) => value * ratio),
    ) as unknown as Planes;
    const { labels, centres } = clustered(planes, size, segments, iterations);
    if (!connected) return labels;
    const expected = (size[0] * size[1]) / centres;
    return connectedSegments(labels, size, Math.trunc(0.5 * expected), Math.trunc(3 * expected));
  },
});

/** All channels stretched together to 0 … 1, so that compactness means the same for every range of values. */
function stretched(planes: Planes): Planes {
  let [low, high] = [Infinity, -Infinity];
  for (const plane of planes) {
    for (const value of plane) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const span = high === low ? 1 : high - low;
  return planes.map((plane) => plane.map((value) => (value - low) / span)) as unknown as Planes;
}

/** Row, column and three colours of each centre. */
const FEATURES = 5;

function clustered(planes: Planes, [height, width]: Size, wanted: number, iterations: number) {
  const [first, second, third] = planes;
  // A picture is a volume of depth 1 in the reference, which decides the grid's spacing.
  const [deep, down, across] = regularGrid([1, height, width], wanted) as [AxisStep, AxisStep, AxisStep];
  const grid = places(down, height).flatMap((y) => places(across, width).map((x) => [y, x] as const));
  const count = grid.length;
  const centres = new Float64Array(count * FEATURES);
  for (const [k, [y, x]] of grid.entries()) centres.set([y, x], k * FEATURES);
  // The windows depend on the actual number of centres, the weight on the requested number.
  const [, rows, columns] = regularGrid([1, height, width], count) as [AxisStep, AxisStep, AxisStep];
  const widest = Math.max(deep.step, down.step, across.step);
  const weight = 1 / (widest * widest);
  const labels = new Int32Array(height * width).fill(-1);
  const distances = new Float64Array(height * width);
  for (let round = 0; round < iterations; round++) {
    distances.fill(Number.MAX_VALUE);
    for (let k = 0, at = 0; k < count; k++, at += FEATURES) {
      const cy = centres[at]!;
      const cx = centres[at + 1]!;
      // A centre that lost all its pixels no longer has a place.
      if (Number.isNaN(cy)) continue;
      const [c1, c2, c3] = [centres[at + 2]!, centres[at + 3]!, centres[at + 4]!];
      const top = Math.trunc(Math.max(cy - 2 * rows.step, 0));
      const bottom = Math.trunc(Math.min(cy + 2 * rows.step + 1, height));
      const left = Math.trunc(Math.max(cx - 2 * columns.step, 0));
      const right = Math.trunc(Math.min(cx + 2 * columns.step + 1, width));
      for (let y = top; y < bottom; y++) {
        const dy = (cy - y) * (cy - y);
        for (let x = left, i = y * width + left; x < right; x++, i++) {
          const a = first[i]! - c1;
          const b = second[i]! - c2;
          const c = third[i]! - c3;
          const distance = (dy + (cx - x) * (cx - x)) * weight + (a * a + b * b + c * c);
          if (distances[i]! > distance) {
            distances[i] = distance;
            labels[i] = k;
          }
        }
      }
    }
    moveCentres(centres, labels, planes, width);
  }
  return { labels, centres: count };
}

type AxisStep = ReturnType<typeof regularGrid>[number];

/** Moves every centre to the mean of its pixels. */
function moveCentres(centres: Float64Array, labels: Int32Array, planes: Planes, width: number): void {
  const [first, second, third] = planes;
  const members = new Int32Array(centres.length / FEATURES);
  centres.fill(0);
  for (let i = 0; i < labels.length; i++) {
    const k = labels[i]!;
    if (k < 0) continue;
    members[k]!++;
    const at = k * FEATURES;
    const y = Math.floor(i / width);
    centres[at]! += y;
    centres[at + 1]! += i - y * width;
    centres[at + 2]! += first[i]!;
    centres[at + 3]! += second[i]!;
    centres[at + 4]! += third[i]!;
  }
  for (let at = 0; at < centres.length; at++) centres[at]! /= members[Math.floor(at / FEATURES)]!;
}
