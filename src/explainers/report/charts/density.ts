import { fixed, line, svg, text } from './chart.ts';

/** Cells per side. */
const CELLS = 24;
const SIDE = 168;
const LEFT = 34;
const BOTTOM = 34;

/** How often two numbers from 0 to 1 occur together: the darker a cell, the more images. */
export function density(
  title: string,
  axes: readonly [x: string, y: string],
  x: Float64Array,
  y: Float64Array,
  colour: string,
): string {
  const counts = new Float64Array(CELLS * CELLS);
  const cell = (value: number) => Math.max(0, Math.min(CELLS - 1, Math.floor(value * CELLS)));
  for (let i = 0; i < x.length; i++) counts[cell(y[i]!) * CELLS + cell(x[i]!)]!++;
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const size = SIDE / CELLS;
  const cells = [...counts].flatMap((count, i) => {
    if (count === 0) return [];
    const [column, row] = [i % CELLS, Math.floor(i / CELLS)];
    const strength = 0.2 + (0.8 * Math.log1p(count)) / Math.log1p(most);
    return [
      `<rect x="${fixed(LEFT + column * size)}" y="${fixed(SIDE + 20 - (row + 1) * size)}" width="${fixed(size)}" height="${fixed(size)}" fill="${colour}" fill-opacity="${fixed(strength)}"/>`,
    ];
  });
  return svg(LEFT + SIDE + 10, SIDE + 20 + BOTTOM, title, [
    text(LEFT, 12, title, ' class="name"'),
    ...frame(axes),
    ...cells,
  ]);
}

/** A square from 0 to 1 with the names of its axes. */
export function frame([x, y]: readonly [string, string]): readonly string[] {
  const bottom = SIDE + 20;
  const right = LEFT + SIDE;
  return [
    `<rect x="${LEFT}" y="20" width="${SIDE}" height="${SIDE}" fill="none" class="grid"/>`,
    ...[0, 0.5, 1].flatMap((tick) => [
      line(LEFT + tick * SIDE, 20, LEFT + tick * SIDE, bottom, 'class="grid"'),
      line(LEFT, bottom - tick * SIDE, right, bottom - tick * SIDE, 'class="grid"'),
      text(LEFT + tick * SIDE, bottom + 13, String(tick), ' text-anchor="middle" class="tick"'),
      text(LEFT - 4, bottom - tick * SIDE + 4, String(tick), ' text-anchor="end" class="tick"'),
    ]),
    text(LEFT + SIDE / 2, bottom + 28, x, ' text-anchor="middle" class="tick"'),
    text(10, 20 + SIDE / 2, y, ` text-anchor="middle" class="tick" transform="rotate(-90 10 ${20 + SIDE / 2})"`),
  ];
}

/** A point of a square from 0 to 1. */
export function at(x: number, y: number): readonly [number, number] {
  return [LEFT + x * SIDE, SIDE + 20 - y * SIDE];
}

export const SQUARE = [LEFT + SIDE + 10, SIDE + 20 + BOTTOM] as const;
