import { decodeRuns, encodeRuns } from '../annotations/shapes/runs.ts';
import type { Size } from '../contracts/geometry.ts';
import type { Shape } from '../contracts/labels/annotation.ts';

/** A shape after `new = old · scale + offset` per axis (y first), for a grid of `size`. */
export function placed(
  shape: Shape,
  scale: readonly [y: number, x: number],
  offset: readonly [y: number, x: number],
  size: Size,
): Shape {
  const [sy, sx] = scale;
  const [oy, ox] = offset;
  if (shape.kind === 'box') {
    return {
      kind: 'box',
      x: shape.x * sx + ox,
      y: shape.y * sy + oy,
      width: shape.width * sx,
      height: shape.height * sy,
    };
  }
  if (shape.kind === 'polygon') {
    return { ...shape, rings: shape.rings.map((ring) => ring.map((v, i) => (i % 2 ? v * sy + oy : v * sx + ox))) };
  }
  // Each new pixel takes the old one under its centre.
  const old = decodeRuns(shape.counts, shape.size);
  const mask = new Uint8Array(size[0] * size[1]);
  for (let y = 0; y < size[0]; y++) {
    const row = Math.floor((y + 0.5 - oy) / sy);
    if (row < 0 || row >= shape.size[0]) continue;
    for (let x = 0; x < size[1]; x++) {
      const column = Math.floor((x + 0.5 - ox) / sx);
      if (column >= 0 && column < shape.size[1]) mask[y * size[1] + x] = old[row * shape.size[1] + column]!;
    }
  }
  return { kind: 'runs', size, counts: encodeRuns(mask, size) };
}
