import { toImagePoint, toInputPoint } from '../../explainers/contracts/geometry.ts';
import type { Heatmap } from '../../explainers/contracts/results.ts';

const made = new WeakMap<Heatmap, WeakMap<Heatmap, Heatmap>>();

/**
 * One map minus another of the same image, on the grid of the first. Each is divided by its largest absolute value
 * before, because the logits of two models have no common scale: 0 where both see the same share of their strongest
 * evidence. Places that only one of the models sees count as 0 in the other.
 */
export function differenceMap(first: Heatmap, second: Heatmap): Heatmap {
  const known = made.get(first)?.get(second);
  if (known) return known;
  const [a, b] = [largest(first), largest(second)];
  const [height, width] = first.size;
  const values = new Float32Array(height * width);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) values[at] = first.values[at]! / a - sample(first, second, x, y) / b;
  }
  const { superpixels: _, ...rest } = first;
  const map: Heatmap = { ...rest, id: `${first.id} − ${second.id}`, values, signed: true };
  const others = made.get(first) ?? new WeakMap<Heatmap, Heatmap>();
  made.set(first, others);
  others.set(second, map);
  return map;
}

/** Never 0, so that a map that is 0 everywhere stays 0. */
function largest({ values }: Heatmap): number {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most || 1;
}

/** The second map where the first one's pixel lies in the image: bilinear with half-pixel centres; 0 outside. */
function sample(first: Heatmap, second: Heatmap, x: number, y: number): number {
  const [px, py] = toInputPoint(second.geometry, toImagePoint(first.geometry, [x + 0.5, y + 0.5]));
  const [height, width] = second.size;
  if (px < 0 || py < 0 || px > width || py > height) return 0;
  const [left, top] = [px - 0.5, py - 0.5].map((each, axis) =>
    Math.min((axis === 0 ? width : height) - 1, Math.max(0, each)),
  ) as [number, number];
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const value = (row: number, column: number) => second.values[row * width + column]!;
  const upper = value(y0, x0) * (1 - (left - x0)) + value(y0, x1) * (left - x0);
  const lower = value(y1, x0) * (1 - (left - x0)) + value(y1, x1) * (left - x0);
  return upper * (1 - (top - y0)) + lower * (top - y0);
}
