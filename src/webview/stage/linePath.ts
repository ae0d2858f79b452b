type Lines = readonly (readonly number[])[];

/** Adds a line, [x0, y0, x1, y1, …], to a path. */
export function addLine(path: Path2D, points: readonly number[], closed: boolean): void {
  for (let i = 0; i + 1 < points.length; i += 2) {
    if (i === 0) path.moveTo(points[0]!, points[1]!);
    else path.lineTo(points[i]!, points[i + 1]!);
  }
  if (closed) path.closePath();
}

const paths = { open: new WeakMap<Lines, Path2D>(), closed: new WeakMap<Lines, Path2D>() };

/** Lines as a path, made once for each list of lines however often it is painted: outlines can be long. */
export function linePath(lines: Lines, closed: boolean): Path2D {
  const made = paths[closed ? 'closed' : 'open'];
  const known = made.get(lines);
  if (known) return known;
  const path = new Path2D();
  for (const points of lines) addLine(path, points, closed);
  made.set(lines, path);
  return path;
}
