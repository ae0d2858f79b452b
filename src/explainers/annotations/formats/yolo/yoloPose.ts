import { greatest, least } from '../../../lists.ts';

/** The meaning of the rows of a YOLO file that have more than a box each. */
export type Rows = 'outlines' | 'poses' | 'unclear';

/** Longer rows are outlines, because no set has poses of so many points. */
const MOST_POINTS = 300;
/** How far key points may lie outside their box, in fractions of its size, because people draw both by hand. */
const OUTSIDE = 0.1;
/** An outline of fewer points may be simple by chance. */
const FEW_POINTS = 9;

type Point = readonly [x: number, y: number];

/**
 * Distinguishes poses (a box, then x and y of each key point, perhaps with its visibility) from outlines if no YAML
 * file decides; both are a class and fractions of the image. The key points of a pose lie within the box of its own
 * row, which those of an outline, read as a box and more, do only by chance. Then the line through all pairs decides:
 * an outline does not cross itself, and its second point, which would be the width and height of a pose's box, is not
 * an outlier.
 * @param rows the numbers after the class, as written, of all rows that have more than a box
 * @param outlinesSaid a YAML file describes the set and mentions no poses
 */
export function rowsOf(rows: readonly (readonly string[])[], outlinesSaid: boolean): Rows {
  const seen = rows.map(kindOf);
  const [outlines, poses] = [seen.includes('outlines'), seen.includes('poses')];
  const equal = new Set(rows.map(({ length }) => length)).size <= 1;
  if (poses) return outlines || !equal ? 'unclear' : 'poses';
  if (outlines || outlinesSaid || !equal) return 'outlines';
  return rows.length === 0 ? 'outlines' : 'unclear';
}

function kindOf(texts: readonly string[]): Rows {
  const numbers = texts.map(Number);
  const line = pairs(numbers);
  if (line.length > MOST_POINTS) return 'outlines';
  const [two, three] = [isPose(numbers, 2), isPose(numbers, 3)];
  if (three && hasVisibility(texts)) return 'poses';
  if ((!two && !three) || isParallelogram(line)) return 'outlines';
  if (isOutlier(line[1]!, [line[0]!, ...line.slice(2)])) return 'poses';
  const crossed = crossings(line);
  if (crossed > Math.max(1, line.length / 4)) return 'poses';
  return line.length >= FEW_POINTS && crossed === 0 && isClose(line) ? 'outlines' : 'unclear';
}

/**
 * A box within the image, and all key points, `values` numbers each, within the box; perhaps followed by a confidence.
 */
function isPose(numbers: readonly number[], values: 2 | 3): boolean {
  const [cx, cy, width, height] = numbers as [number, number, number, number];
  const places = Math.floor((numbers.length - 4) / values);
  if (places < 1 || (numbers.length - 4) % values > 1 || !numbers.every((v) => v >= -0.02 && v <= 2)) return false;
  if (!(width > 0 && height > 0 && within(cx, width / 2) && within(cy, height / 2))) return false;
  return Array.from({ length: places }, (_, i) => numbers.slice(4 + values * i, 4 + values * (i + 1))).every(
    ([x, y]) =>
      // An invisible point has the coordinates 0, 0.
      (x === 0 && y === 0) ||
      (Math.abs(x! - cx) <= width * (0.5 + OUTSIDE) && Math.abs(y! - cy) <= height * (0.5 + OUTSIDE)),
  );
}

function within(middle: number, half: number): boolean {
  return middle - half >= -0.01 && middle + half <= 1.01;
}

/**
 * Every third number is a visibility of 0, 1 or 2 while the others are not integers; one value of 2, or three values,
 * cannot be chance.
 */
export function hasVisibility(texts: readonly string[]): boolean {
  const behind = texts.slice(4, 4 + 3 * Math.floor((texts.length - 4) / 3));
  const seen = behind.filter((_, i) => i % 3 === 2);
  const placed = [...texts.slice(0, 4), ...behind.filter((_, i) => i % 3 !== 2)];
  if (!seen.every((text) => /^[012](?:\.0*)?$/.test(text)) || placed.every(isWhole)) return false;
  return seen.length >= 3 || seen.some((text) => Number(text) === 2);
}

function isWhole(text: string): boolean {
  return /^[+-]?\d+(?:\.0*)?$/.test(text);
}

function pairs(numbers: readonly number[]): readonly Point[] {
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
}

/** Four corners of an oriented box, in an image of any shape. */
function isParallelogram(line: readonly Point[]): boolean {
  if (line.length !== 4) return false;
  const [a, b, c, d] = line as [Point, Point, Point, Point];
  const size = greatest(line.flat()) - least(line.flat());
  return [0, 1].every((axis) => Math.abs(a[axis]! + c[axis]! - b[axis]! - d[axis]!) <= 0.01 * size);
}

/** Farther from the others than they are from each other. */
function isOutlier([x, y]: Point, others: readonly Point[]): boolean {
  if (others.length < 4) return false;
  const far = (value: number, of: readonly number[]) => {
    const [low, high] = [least(of), greatest(of)];
    return value < 2 * low - high || value > 2 * high - low;
  };
  const [xs, ys] = [others.map((point) => point[0]), others.map((point) => point[1])];
  return far(x, xs) || far(y, ys);
}

/** The steps to the second point and from it to the next are short, as between neighbours of an outline. */
function isClose(line: readonly Point[]): boolean {
  const [a, b, c] = line as [Point, Point, Point];
  const diameter = Math.hypot(...[0, 1].map((axis) => spread(line.map((point) => point[axis]!))));
  const way = (from: Point, to: Point) => Math.hypot(from[0] - to[0], from[1] - to[1]);
  return Math.max(way(a, b), way(b, c)) <= diameter / 2;
}

function spread(values: readonly number[]): number {
  return greatest(values) - least(values);
}

/** How many pairs of sides of the closed line cross, not counting ends that touch. */
function crossings(line: readonly Point[]): number {
  const sides = line.map((point, i) => [point, line[(i + 1) % line.length]!] as const);
  let count = 0;
  for (const [i, [a, b]] of sides.entries()) {
    for (const [c, d] of sides.slice(i + 2)) {
      if (turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0) count++;
    }
  }
  return count;
}

/** On which side of the line through the first two points the third one is: its sign. */
function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}
