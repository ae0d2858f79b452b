import type { Shape } from '../../explainers/contracts/labels/annotation.ts';
import { shapeColor } from '../../explainers/overlay/compose.ts';
import { shapeOutline } from '../../explainers/overlay/outline.ts';
import type { DrawnShape } from '../overlay/overlays.ts';
import { addLine } from './linePath.ts';
import { useImageCoordinates } from './picture.ts';
import type { Viewport } from './viewport.ts';

const HALO = 'rgba(0, 0, 0, 0.7)';
const FONT = 'system-ui, sans-serif';

/** A shape ready to be drawn: its path, and the position of its label, in image pixels. */
interface Traced {
  readonly path: Path2D;
  readonly left: number;
  readonly top: number;
}

const traced = new WeakMap<Shape, Traced>();

/** Computed once per shape, because masks can have long outlines. */
function trace(shape: Shape): Traced {
  const known = traced.get(shape);
  if (known) return known;
  const path = new Path2D();
  let [left, top] = [Infinity, Infinity];
  for (const { points, closed } of shapeOutline(shape)) {
    addLine(path, points, closed);
    for (let i = 0; i + 1 < points.length; i += 2) {
      left = Math.min(left, points[i]!);
      top = Math.min(top, points[i + 1]!);
    }
  }
  const made = { path, left, top };
  traced.set(shape, made);
  return made;
}

/**
 * Annotations on top of everything: lines equally wide at every zoom, dark below light so that they show on any image.
 * Those of the class being explained are solid with bold labels, the others dashed.
 */
export function paintShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly DrawnShape[],
  view: Viewport,
  ratio: number,
): void {
  for (const { annotation, selected } of shapes) {
    if (!annotation.shape) continue;
    const { path, left, top } = trace(annotation.shape);
    const color = `rgb(${shapeColor(annotation.index).join(' ')})`;
    useImageCoordinates(context, view, ratio);
    const width = (selected ? 2 : 1.25) / view.zoom;
    context.lineJoin = 'round';
    context.setLineDash([]);
    context.strokeStyle = HALO;
    context.lineWidth = width + 2 / view.zoom;
    context.stroke(path);
    if (!selected) context.setLineDash([5 / view.zoom, 3 / view.zoom]);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke(path);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintLabel(context, annotation.label, selected, color, view.left + left * view.zoom, view.top + top * view.zoom);
  }
}

/** Above the shape's upper left corner, in CSS pixels. */
function paintLabel(
  context: CanvasRenderingContext2D,
  label: string,
  selected: boolean,
  color: string,
  x: number,
  y: number,
): void {
  context.setLineDash([]);
  context.font = `${selected ? 600 : 400} 11px ${FONT}`;
  context.textBaseline = 'middle';
  const width = context.measureText(label).width + 8;
  context.fillStyle = selected ? color : HALO;
  context.fillRect(x - 1, y - 17, width, 15);
  context.fillStyle = selected ? '#111' : color;
  context.fillText(label, x + 3, y - 9);
}
