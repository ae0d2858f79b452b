import { greatest, least } from '../../explainers/lists.ts';
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
const ANCHORS = new Map([
  [0, 'start'],
  [0.5, 'middle'],
  [1, 'end'],
] as const);

interface LineChartProps {
  readonly lines: readonly ChartLine[];
  readonly x: string;
  readonly y: string;
  readonly label: string;
}

/**
 * A small chart with axes: up to three lines, distinguished by dashes as well as colours; in the theme's colours
 * throughout.
 */
export function LineChart({ lines, x, y, label }: LineChartProps) {
  const values = lines.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  const low = Math.min(0, least(values));
  const high = Math.max(1, greatest(values));
  const px = (value: number) => LEFT + value * (WIDTH - LEFT - RIGHT);
  const py = (value: number) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const middle = py((low + high) / 2);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} class="chart" role="img" aria-label={label}>
      <title>{label}</title>
      {(low < 0 ? [low, 0, high] : [0, 0.5, 1]).map((tick) => (
        <g key={tick} class="tick">
          <line x1={px(0)} x2={px(1)} y1={py(tick)} y2={py(tick)} />
          <text x={LEFT - 5} y={py(tick) + 3} text-anchor="end">
            {short(tick)}
          </text>
        </g>
      ))}
      {[...ANCHORS].map(([tick, anchor]) => (
        <text key={tick} class="tick-x" x={px(tick)} y={HEIGHT - BOTTOM + 12} text-anchor={anchor}>
          {short(tick)}
        </text>
      ))}
      <text class="axis" x={px(0.5)} y={HEIGHT - 5} text-anchor="middle">
        {x}
      </text>
      <text class="axis" x={8} y={middle} transform={`rotate(-90 8 ${middle})`} text-anchor="middle">
        {y}
      </text>
      {lines.map(({ name, points }, i) => (
        <path key={name} class={`line line-${i}`} d={pathOf(points, px, py)} />
      ))}
    </svg>
  );
}

/** The lines' names, each with a piece of its line. */
export function ChartLegend({ names }: { readonly names: readonly string[] }) {
  const step = (WIDTH - LEFT) / Math.max(1, names.length);
  return (
    <svg viewBox={`0 0 ${WIDTH} 16`} class="chart" aria-hidden="true">
      {names.map((name, i) => (
        <g key={name}>
          <line class={`line line-${i}`} x1={LEFT + i * step} x2={LEFT + i * step + 22} y1={8} y2={8} />
          <text class="axis" x={LEFT + i * step + 27} y={12}>
            {name}
          </text>
        </g>
      ))}
    </svg>
  );
}

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
    if (pen === 'M') path += 'h0'; // makes a point between two gaps visible
    pen = 'L';
  }
  return path;
}
