/** The positions of points along one axis: start, start + step, … */
export interface AxisGrid {
  readonly start: number;
  readonly step: number;
}

/**
 * About `points` points spread evenly over a box, as close to a cubic lattice as its sides allow (scikit-image's
 * `regular_grid`). A side shorter than the spacing gets one layer, and the others share the points.
 */
export function regularGrid(shape: readonly number[], points: number): readonly AxisGrid[] {
  const product = (sides: readonly number[]) => sides.reduce((all, side) => all * side, 1);
  if (product(shape) <= points) return shape.map(() => ({ start: 0, step: 1 }));
  const axes = shape.map((_, axis) => axis).sort((a, b) => shape[a]! - shape[b]!);
  const sides = axes.map((axis) => shape[axis]!);
  const spacings = sides.map(() => (product(sides) / points) ** (1 / sides.length));
  for (let done = 0; done < sides.length - 1 && sides.some((side, i) => side < spacings[i]!); done++) {
    spacings[done] = sides[done]!;
    const rest = sides.slice(done + 1);
    spacings.fill((product(rest) / points) ** (1 / rest.length), done + 1);
  }
  const grids: AxisGrid[] = [];
  for (const [i, axis] of axes.entries()) {
    grids[axis] = { start: Math.floor(spacings[i]! / 2), step: roundHalfEven(spacings[i]!) };
  }
  return grids;
}

/** The positions of a grid along a side. */
export function places({ start, step }: AxisGrid, length: number): number[] {
  const found: number[] = [];
  for (let at = start; at < length; at += step) found.push(at);
  return found;
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
