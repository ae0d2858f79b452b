import { rasterize } from '../annotations/shapes/rasterize.ts';
import { bounds } from '../annotations/shapes/shapes.ts';
import type { Size } from '../contracts/geometry.ts';
import type { Shape } from '../contracts/labels/annotation.ts';
import type { ImageAnnotation } from '../contracts/results.ts';
import { iouOf, maskIou } from '../numerics/iou.ts';
import { placed } from './placed.ts';

/** Side of the grid on which outlines and masks are compared. */
const SIDE = 256;

/** Intersection over union of two shapes, 0 … 1: exact for boxes, else on a grid over both. */
export function overlap(a: Shape, b: Shape): number {
  const boxes = boxOverlap(bounds(a), bounds(b));
  if ((a.kind === 'box' && b.kind === 'box') || boxes === 0) return boxes;
  const [ax, ay, ar, ab] = bounds(a);
  const [bx, by, br, bb] = bounds(b);
  const [left, top] = [Math.min(ax, bx), Math.min(ay, by)];
  const [width, height] = [Math.max(ar, br) - left, Math.max(ab, bb) - top];
  const size: Size = [SIDE, SIDE];
  const onGrid = (shape: Shape) =>
    rasterize(
      placed(shape, [SIDE / height, SIDE / width], [(-top * SIDE) / height, (-left * SIDE) / width], size),
      size,
    );
  return maskIou(onGrid(a), onGrid(b)) ?? 0;
}

type Bounds = readonly [left: number, top: number, right: number, bottom: number];

function boxOverlap(a: Bounds, b: Bounds): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = ([left, top, right, bottom]: Bounds) => (right - left) * (bottom - top);
  return iouOf(width * height, area(a), area(b)) ?? 0;
}

/** Drawn by one reader in one file; two readers who draw the same region are not a mistake. */
export function sameSource(a: ImageAnnotation, b: ImageAnnotation): boolean {
  return a.file === b.file && a.reader === b.reader;
}
