import type { Shape } from '../../explainers/annotations/annotation.ts';
import type { DrawnShape } from '../derive.ts';
import type { Viewport } from '../viewport.ts';
import { useImageCoordinates } from './picture.ts';

const COLORS = { selected: '#ffd43b', other: '#e8e8e8', halo: 'rgba(0, 0, 0, 0.65)' };

type RunShape = Extract<Shape, { kind: 'runs' }>;

/** Outlines of a shape as a path in image pixels; null for masks, which are painted. */
function outline(shape: Exclude<Shape, RunShape>): Path2D {
  const path = new Path2D();
  if (shape.kind === 'box') {
    path.rect(shape.x, shape.y, shape.width, shape.height);
    return path;
  }
  for (const ring of shape.rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      if (i === 0) path.moveTo(ring[0]!, ring[1]!);
      else path.lineTo(ring[i]!, ring[i + 1]!);
    }
    path.closePath();
  }
  return path;
}

/** Column-major run lengths as the edges between inside and outside, in image pixels. */
export function runEdges(shape: RunShape): readonly (readonly [x0: number, y0: number, x1: number, y1: number])[] {
  const [height, width] = shape.size;
  const mask = new Uint8Array(height * width);
  let at = 0;
  shape.counts.forEach((length, i) => {
    if (i % 2 === 1) mask.fill(1, at, at + length);
    at += length;
  });
  const inside = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : mask[x * height + y]);
  const edges: (readonly [number, number, number, number])[] = [];
  for (let x = 0; x <= width; x++) {
    for (let y = 0; y < height; y++) if (inside(x, y) !== inside(x - 1, y)) edges.push([x, y, x, y + 1]);
  }
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x < width; x++) if (inside(x, y) !== inside(x, y - 1)) edges.push([x, y, x + 1, y]);
  }
  return edges;
}

/** A shape ready to be drawn: its path, and where its label goes, in image pixels. */
interface Traced {
  readonly path: Path2D;
  readonly left: number;
  readonly top: number;
}

const traced = new WeakMap<Shape, Traced>();

/** Made once per shape: masks can have many edges. */
export function trace(shape: Shape): Traced {
  const known = traced.get(shape);
  if (known) return known;
  const made = shape.kind === 'runs' ? traceRuns(shape) : traceOutline(shape);
  traced.set(shape, made);
  return made;
}

function traceRuns(shape: RunShape): Traced {
  const path = new Path2D();
  let [left, top] = [Infinity, Infinity];
  for (const [x0, y0, x1, y1] of runEdges(shape)) {
    path.moveTo(x0, y0);
    path.lineTo(x1, y1);
    left = Math.min(left, x0);
    top = Math.min(top, y0);
  }
  return { path, left, top };
}

function traceOutline(shape: Exclude<Shape, RunShape>): Traced {
  const path = outline(shape);
  if (shape.kind === 'box') return { path, left: shape.x, top: shape.y };
  let [left, top] = [Infinity, Infinity];
  for (const ring of shape.rings) {
    ring.forEach((value, i) => {
      if (i % 2 === 0) left = Math.min(left, value);
      else top = Math.min(top, value);
    });
  }
  return { path, left, top };
}

/** Annotations over everything: lines as wide as on paper at every zoom, dark below light so that they show on any image. */
export function paintShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly DrawnShape[],
  view: Viewport,
  ratio: number,
): void {
  for (const { annotation, selected } of shapes) {
    const { shape } = annotation;
    if (!shape) continue;
    useImageCoordinates(context, view, ratio);
    const width = (selected ? 2 : 1.25) / view.zoom;
    const { path, left, top } = trace(shape);
    context.lineJoin = 'round';
    context.setLineDash([]);
    context.strokeStyle = COLORS.halo;
    context.lineWidth = width + 2 / view.zoom;
    context.stroke(path);
    if (!selected) context.setLineDash([5 / view.zoom, 3 / view.zoom]);
    context.strokeStyle = selected ? COLORS.selected : COLORS.other;
    context.lineWidth = width;
    context.stroke(path);
    paintLabel(context, annotation.label, selected, [left, top], view, ratio);
  }
}

function paintLabel(
  context: CanvasRenderingContext2D,
  label: string,
  selected: boolean,
  [x, y]: readonly [number, number],
  view: Viewport,
  ratio: number,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.setLineDash([]);
  context.font = `${selected ? 600 : 400} 11px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const width = context.measureText(label).width + 8;
  const left = view.left + x * view.zoom - 1;
  const top = view.top + y * view.zoom - 17;
  context.fillStyle = selected ? COLORS.selected : COLORS.halo;
  context.fillRect(left, top, width, 15);
  context.fillStyle = selected ? '#1f1f1f' : COLORS.other;
  context.fillText(label, left + 4, top + 8);
}
