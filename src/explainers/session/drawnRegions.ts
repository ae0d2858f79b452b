import { unionMask } from '../annotations/shapes/rasterize.ts';
import { type Geometry, toImagePoint } from '../contracts/geometry.ts';
import type { ImageAnnotations } from '../contracts/results.ts';

/** What is drawn for each class, on the grid of the model's input; null: nothing. */
export function drawnRegions(
  { annotations }: ImageAnnotations,
  classes: readonly number[],
  geometry: Geometry,
): readonly (Uint8Array | null)[] {
  return classes.map((index) => {
    const shapes = annotations.flatMap((each) => (each.index === index && each.shape ? [each.shape] : []));
    return shapes.length === 0 ? null : onInput(unionMask(shapes, geometry.image).data, geometry);
  });
}

/** A mask of the image's pixels on the grid of the input: each pixel takes what lies under its centre. */
export function onInput(mask: ArrayLike<number>, geometry: Geometry): Uint8Array {
  const [height, width] = geometry.input;
  const [rows, columns] = geometry.image;
  const out = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = toImagePoint(geometry, [x + 0.5, y + 0.5]).map(Math.floor) as [number, number];
      const isInside = row >= 0 && row < rows && column >= 0 && column < columns;
      out[y * width + x] = isInside && mask[row * columns + column] ? 1 : 0;
    }
  }
  return out;
}
