// A box that is being drawn. Pure: everything in pixels of the image, whose edges the box never leaves.
import type { Size } from '../../explainers/contracts/geometry.ts';
import type { FixBox } from '../../explainers/contracts/labels/fix.ts';
import { table } from '../../explainers/tables.ts';

export type Point = readonly [x: number, y: number];

/** The sides and corners by which a box is resized. */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof HANDLES)[number];

/** What a drag does: to a side or corner, to the box, or a new box. */
export type Grip = Handle | 'move' | 'new';

const STEPS = table<Point>({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
});

/** The direction of an arrow key; undefined: it is another key. */
export const arrowStep = (key: string): Point | undefined => STEPS[key];

/** The box after a drag; each of its sides lies between two pixels, and it has at least one pixel. */
export function dragged(start: FixBox | null, grip: Grip, from: Point, to: Point, image: Size): FixBox {
  if (!start || grip === 'new') return between(from, to, image);
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (grip === 'move') return moved(start, dx, dy, image);
  const [right, bottom] = [start.x + start.width, start.y + start.height];
  return between(
    [start.x + (grip.includes('w') ? dx : 0), start.y + (grip.includes('n') ? dy : 0)],
    [right + (grip.includes('e') ? dx : 0), bottom + (grip.includes('s') ? dy : 0)],
    image,
  );
}

/** As large as before, as far as the image goes. */
export function moved({ x, y, width, height }: FixBox, dx: number, dy: number, [rows, columns]: Size): FixBox {
  return {
    x: within(Math.round(x + dx), 0, columns - width),
    y: within(Math.round(y + dy), 0, rows - height),
    width,
    height,
  };
}

/** With another right and lower side. */
export function resized({ x, y, width, height }: FixBox, dx: number, dy: number, [rows, columns]: Size): FixBox {
  return {
    x,
    y,
    width: within(Math.round(width + dx), 1, columns - x),
    height: within(Math.round(height + dy), 1, rows - y),
  };
}

/** A box around a point, a quarter of what is seen wide and high: where keys begin. */
export function boxAround([x, y]: Point, [seenRows, seenColumns]: Size, image: Size): FixBox {
  const [across, down] = [seenColumns / 8, seenRows / 8];
  return between([x - across, y - down], [x + across, y + down], image);
}

/** The part of a box of a file that lies in the image, with sides between pixels; null: it lies outside. */
export function boxInside({ x, y, width, height }: FixBox, image: Size): FixBox | null {
  const [rows, columns] = image;
  const outside = x >= columns || y >= rows || x + width <= 0 || y + height <= 0;
  return outside ? null : between([x, y], [x + width, y + height], image);
}

/** `left 10, top 20, 120 × 80 pixels` */
export function boxText({ x, y, width, height }: FixBox): string {
  return `left ${x}, top ${y}, ${width} × ${height} pixels`;
}

function between(a: Point, b: Point, [rows, columns]: Size): FixBox {
  const [x, width] = span(a[0], b[0], columns);
  const [y, height] = span(a[1], b[1], rows);
  return { x, y, width, height };
}

/** From one position to another, at least one pixel long, inside [0, length]. */
function span(a: number, b: number, length: number): readonly [start: number, size: number] {
  const [low, high] = [Math.min(a, b), Math.max(a, b)].map((at) => within(Math.round(at), 0, length)) as [
    number,
    number,
  ];
  const start = Math.min(low, length - 1);
  return [start, Math.max(1, high - start)];
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
