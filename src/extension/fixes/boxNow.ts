import type { FixBox } from '../../explainers/contracts/labels/fix.ts';
import type { Finding, ImageAnnotations } from '../../explainers/contracts/results.ts';
import { greatest, least } from '../../explainers/lists.ts';

/** The box of a finding's label as its file has it, in pixels of the image; null: it was not drawn. */
export function boxNow(
  { file, line, index, annotationId }: Pick<Finding, 'file' | 'line' | 'index' | 'annotationId'>,
  { annotations }: Pick<ImageAnnotations, 'annotations'>,
): FixBox | null {
  const own = annotations.filter((each) => each.file === file && each.index === index && each.shape !== null);
  const known = own.find(({ id }) => id !== undefined && id === annotationId);
  const shape = (known ?? own.find((each) => line !== null && each.line === line))?.shape;
  // Masks are not changed in place.
  if (!shape || shape.kind === 'runs') return null;
  if (shape.kind === 'box') return { x: shape.x, y: shape.y, width: shape.width, height: shape.height };
  const points = shape.rings.flat();
  const [x, width] = span(points.filter((_, i) => i % 2 === 0));
  const [y, height] = span(points.filter((_, i) => i % 2 === 1));
  return { x, y, width, height };
}

function span(values: readonly number[]): readonly [start: number, size: number] {
  const start = least(values);
  return [start, greatest(values) - start];
}
