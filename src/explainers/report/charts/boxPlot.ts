import { append } from '../../lists.ts';
import { sumOf } from '../../statistics/distribution.ts';
import { quantile } from '../../statistics/quantile.ts';
import { colourOf, fixed, line, short, svg, text } from './chart.ts';

/** Tukey's box: whiskers end at the furthest number within 1.5 box lengths, and numbers beyond them are outliers. */
export interface Box {
  readonly n: number;
  readonly mean: number;
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly from: number;
  readonly to: number;
  readonly outliers: readonly number[];
}

/** As matplotlib draws it; null if there is no number. */
export function boxOf(values: Float64Array): Box | null {
  const n = values.length;
  if (n === 0) return null;
  const sorted = values.slice().sort();
  const [lower, median, upper] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reach = 1.5 * (upper - lower);
  const inside = sorted.filter((value) => value >= lower - reach && value <= upper + reach);
  const outliers = [...sorted.filter((value) => value < lower - reach || value > upper + reach)];
  const [from, to] = [Math.min(lower, inside[0] ?? lower), Math.max(upper, inside.at(-1) ?? upper)];
  return { n, mean: sumOf(values) / n, median, lower, upper, from, to, outliers };
}

export interface BoxGroup {
  readonly label: string;
  /** One per series, in their order. */
  readonly boxes: readonly (Box | null)[];
  /** The scores of maps that know nothing. */
  readonly whole: number | null;
  readonly random: number | null;
}

const LEFT = 170;
const RIGHT = 56;
const ROW = 15;
const GAP = 12;
const WIDTH = 760;
const MOST_OUTLIERS = 60;

/**
 * Boxes per class and method: median solid, mean dashed, and the baselines as marks over all methods of a class.
 * @param colour of all boxes; absent: each series has its own
 */
export function boxPlot(
  title: string,
  series: readonly string[],
  groups: readonly BoxGroup[],
  [low, high]: readonly [number, number],
  colour?: string,
): string {
  const x = (value: number) => LEFT + ((value - low) / (high - low || 1)) * (WIDTH - LEFT - RIGHT);
  const bottom = groups.length * (series.length * ROW + GAP) + 4;
  const body: string[] = [];
  for (let tick = 0; tick <= 5; tick++) {
    const value = low + ((high - low) * tick) / 5;
    body.push(line(x(value), 0, x(value), bottom, 'class="grid"'));
    body.push(text(x(value), bottom + 14, String(Math.round(value * 100) / 100), ' text-anchor="middle" class="tick"'));
  }
  groups.forEach((group, g) => {
    const top = g * (series.length * ROW + GAP) + GAP / 2;
    const end = top + series.length * ROW;
    const middle = (top + end) / 2;
    body.push(text(LEFT - 8, middle + 4, short(group.label, 26), ' text-anchor="end"'));
    if (g > 0) body.push(line(0, top - GAP / 2, WIDTH, top - GAP / 2, 'class="rule"'));
    group.boxes.forEach((box, s) => {
      const y = top + s * ROW + ROW / 2;
      if (box) {
        append(body, boxMarks(box, y, x, colour ?? colourOf(s)));
        body.push(text(WIDTH - RIGHT + 8, y + 4, `n ${box.n}`, ' class="tick"'));
      } else body.push(text(LEFT + 4, y + 4, 'no number', ' class="tick"'));
    });
    if (group.whole !== null) body.push(line(x(group.whole), top, x(group.whole), end, 'class="whole"'));
    if (group.random !== null) body.push(line(x(group.random), top, x(group.random), end, 'class="random"'));
  });
  return svg(WIDTH, bottom + 20, title, body);
}

function boxMarks(box: Box, y: number, x: (value: number) => number, colour: string): readonly string[] {
  const half = ROW / 2 - 2.5;
  const stroke = `stroke="${colour}"`;
  return [
    line(x(box.from), y, x(box.lower), y, stroke),
    line(x(box.upper), y, x(box.to), y, stroke),
    `<rect x="${fixed(x(box.lower))}" y="${fixed(y - half)}" width="${fixed(Math.max(0.5, x(box.upper) - x(box.lower)))}" height="${fixed(2 * half)}" fill="${colour}" fill-opacity="0.18" ${stroke}/>`,
    line(x(box.median), y - half, x(box.median), y + half, `${stroke} stroke-width="2"`),
    line(x(box.mean), y - half, x(box.mean), y + half, `${stroke} stroke-width="1.5" stroke-dasharray="2 1.5"`),
    ...spread(box.outliers).map(
      (value) =>
        `<circle cx="${fixed(x(value))}" cy="${fixed(y)}" r="1.4" fill="none" ${stroke} stroke-opacity="0.6"/>`,
    ),
  ];
}

/** Some of many outliers, evenly: the extremes always, and no page of megabytes. */
function spread(values: readonly number[]): readonly number[] {
  if (values.length <= MOST_OUTLIERS) return values;
  const step = (values.length - 1) / (MOST_OUTLIERS - 1);
  return Array.from({ length: MOST_OUTLIERS }, (_, i) => values[Math.round(i * step)]!);
}
