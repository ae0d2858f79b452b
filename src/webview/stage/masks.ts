// The masks of expert and method as areas, as in the figures of the SHAMSUL study: blue and red, both visible where
// they overlap.
import type { Shape } from '../../explainers/contracts/labels/annotation.ts';
import { shapeOutline } from '../../explainers/overlay/outline.ts';
import { maskOutline } from '../agreement/mapMask.ts';
import type { DrawnShape } from '../overlay/overlays.ts';
import { linePath } from './linePath.ts';
import type { MaskOutline } from './outline.ts';
import { useImageCoordinates } from './picture.ts';
import type { Viewport } from './viewport.ts';

export const MASK_OPACITY = 0.45;
const EXPERT = '#0050ff';
const METHOD = '#ff1a00';

/** What is filled. */
export interface Masks {
  /** Null: there is no map, or its mask is not measured yet. */
  readonly method: MaskOutline | null;
}

/** An area: closed lines, [x0, y0, x1, y1, …] each, in pixels of the image. */
export interface Area {
  readonly colour: string;
  readonly rings: readonly (readonly number[])[];
  readonly rule: CanvasFillRule;
}

const areas = new WeakMap<Shape, Area>();

/** From the bottom up: what was drawn for the class being explained, and the mask of the method. */
export function areasOf({ method }: Masks, shapes: readonly DrawnShape[]): readonly Area[] {
  const drawn = shapes.flatMap(({ annotation: { shape }, selected }) => (selected && shape ? [areaOf(shape)] : []));
  if (!method) return drawn;
  const rings = maskOutline(method.map, method.level, method.evidence);
  return [...drawn, { colour: METHOD, rings, rule: 'evenodd' }];
}

function areaOf(shape: Shape): Area {
  const known = areas.get(shape) ?? madeArea(shape);
  areas.set(shape, known);
  return known;
}

/** Rings that add to each other all turn the same way, so that none of them makes a hole in another. */
function madeArea(shape: Shape): Area {
  const rings = shapeOutline(shape).map(({ points }) => points);
  if (shape.kind !== 'polygon' || shape.fill !== 'union') return { colour: EXPERT, rings, rule: 'evenodd' };
  return { colour: EXPERT, rings: rings.map((ring) => (turn(ring) < 0 ? reversed(ring) : ring)), rule: 'nonzero' };
}

/** Twice the area of a ring, with the sign of its direction. */
function turn(ring: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return sum;
}

const reversed = (ring: readonly number[]) => ring.map((_, i) => ring[ring.length - (i % 2 === 0 ? i + 2 : i)]!);

export function paintMasks(
  context: CanvasRenderingContext2D,
  masks: Masks,
  shapes: readonly DrawnShape[],
  view: Viewport,
  ratio: number,
): void {
  useImageCoordinates(context, view, ratio);
  context.globalAlpha = MASK_OPACITY;
  for (const { colour, rings, rule } of areasOf(masks, shapes)) {
    context.fillStyle = colour;
    context.fill(linePath(rings, true), rule);
  }
  context.globalAlpha = 1;
}

/** In the form of `data-painted`. */
export function masksName({ method }: Masks, shapes: readonly DrawnShape[]): string {
  const drawn = shapes.filter(({ selected }) => selected).length;
  return `expert:${drawn}${method ? ` mask:${method.map.method}:${method.map.index}` : ''}`;
}
