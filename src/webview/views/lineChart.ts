import { svg } from '../svg.ts';

export interface ChartLine {
  readonly name: string;
  /** Both 0 … 1 unless the chart's range says otherwise; null: a gap. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
}

const WIDTH = 260;
const HEIGHT = 128;
const LEFT = 36;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 30;

/** A small chart with axes: up to three lines, told apart by dashes as well as colours; the theme's colours throughout. */
export function lineChart(
  lines: readonly ChartLine[],
  axes: { readonly x: string; readonly y: string; readonly label: string },
): SVGSVGElement {
  const values = lines.flatMap(({ points }) => points.flatMap(([, y]) => y ?? []));
  const low = Math.min(0, ...values);
  const high = Math.max(1, ...values);
  const px = (x: number) => LEFT + x * (WIDTH - LEFT - RIGHT);
  const py = (y: number) => TOP + ((high - y) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const ticks = low < 0 ? [low, 0, high] : [0, 0.5, 1];
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'chart', role: 'img', 'aria-label': axes.label },
    svg('title', {}, axes.label),
    ...ticks.map((y) =>
      svg(
        'g',
        { class: 'tick' },
        svg('line', { x1: px(0), x2: px(1), y1: py(y), y2: py(y) }),
        svg('text', { x: LEFT - 5, y: py(y) + 3, 'text-anchor': 'end' }, short(y)),
      ),
    ),
    ...[0, 0.5, 1].map((x) =>
      svg('text', { class: 'tick-x', x: px(x), y: HEIGHT - BOTTOM + 12, 'text-anchor': ANCHORS[x]! }, short(x)),
    ),
    svg('text', { class: 'axis', x: px(0.5), y: HEIGHT - 5, 'text-anchor': 'middle' }, axes.x),
    svg(
      'text',
      {
        class: 'axis',
        x: 8,
        y: py((low + high) / 2),
        transform: `rotate(-90 8 ${py((low + high) / 2)})`,
        'text-anchor': 'middle',
      },
      axes.y,
    ),
    ...lines.map(({ points }, i) => svg('path', { class: `line line-${i}`, d: pathOf(points, px, py) })),
  );
}

/** The lines' names, each with a piece of its line. */
export function chartLegend(names: readonly string[]): SVGSVGElement {
  const step = (WIDTH - LEFT) / Math.max(1, names.length);
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} 16`, class: 'chart', 'aria-hidden': 'true' },
    ...names.flatMap((name, i) => [
      svg('line', { class: `line line-${i}`, x1: LEFT + i * step, x2: LEFT + i * step + 22, y1: 8, y2: 8 }),
      svg('text', { class: 'axis', x: LEFT + i * step + 27, y: 12 }, name),
    ]),
  );
}

const ANCHORS: Readonly<Record<number, string>> = { 0: 'start', 0.5: 'middle', 1: 'end' };

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1).replace('-', '−');
}

function pathOf(points: ChartLine['points'], px: (x: number) => number, py: (y: number) => number): string {
  let pen = 'M';
  let path = '';
  for (const [x, y] of points) {
    if (y === null) {
      pen = 'M';
      continue;
    }
    path += `${pen}${px(x).toFixed(1)} ${py(y).toFixed(1)}`;
    if (pen === 'M') path += 'h0'; // a point between two gaps is still seen
    pen = 'L';
  }
  return path;
}
