import { decodeRuns } from '../annotations/shapes/runs.ts';
import type { Shape } from '../contracts/labels/annotation.ts';
import { contours, type Polyline } from './contours.ts';

/** The lines to draw for a shape, in its own pixels. */
export function shapeOutline(shape: Shape): readonly Polyline[] {
  return OUTLINES[shape.kind](shape as never);
}

const OUTLINES: { [K in Shape['kind']]: (shape: Extract<Shape, { kind: K }>) => readonly Polyline[] } = {
  box: ({ x, y, width, height }) => [
    { points: [x, y, x + width, y, x + width, y + height, x, y + height], closed: true },
  ],
  polygon: ({ rings }) => rings.map((points) => ({ points, closed: true })),
  runs: ({ counts, size }) => contours(decodeRuns(counts, size), size, 0.5),
};
