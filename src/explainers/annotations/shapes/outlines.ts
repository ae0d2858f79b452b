/**
 * Corners of an ellipse's polygon; with this number its area differs from the ellipse's by less than one part in ten
 * thousand.
 */
const CORNERS = 180;
/** Makes the area of the polygon equal to that of the ellipse. */
const REACH = Math.sqrt((2 * Math.PI) / CORNERS / Math.sin((2 * Math.PI) / CORNERS));

/** The ring of an ellipse; `degrees` rotates it clockwise as seen (y points down). */
export function ellipseRing(cx: number, cy: number, rx: number, ry: number, degrees = 0): number[] {
  const ring: number[] = [];
  for (let k = 0; k < CORNERS; k++) {
    const angle = (2 * Math.PI * k) / CORNERS;
    ring.push(cx + rx * REACH * Math.cos(angle), cy + ry * REACH * Math.sin(angle));
  }
  return turned(ring, cx, cy, degrees);
}

/** The ring of a box, rotated clockwise (as seen) about a point. */
export function boxRing(
  [x, y, width, height]: readonly [number, number, number, number],
  degrees: number,
  [px, py]: readonly [number, number],
): number[] {
  return turned([x, y, x + width, y, x + width, y + height, x, y + height], px, py, degrees);
}

function turned(ring: readonly number[], px: number, py: number, degrees: number): number[] {
  if (!degrees) return [...ring];
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return ring.map((_, i) => {
    const dx = ring[i - (i % 2)]! - px;
    const dy = ring[i - (i % 2) + 1]! - py;
    return i % 2 ? py + dx * sin + dy * cos : px + dx * cos - dy * sin;
  });
}
