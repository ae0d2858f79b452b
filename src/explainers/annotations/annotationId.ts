import type { Annotation } from '../contracts/labels/annotation.ts';
import { bounds } from './shapes/shapes.ts';

/**
 * The name of an annotation in findings: the file's own id; else the region in pixels of the image, because a redrawn
 * region is another annotation, on whatever line it is; else its reader. Null: a label has none of them.
 */
export function annotationId({ id, shape, reader }: Pick<Annotation, 'id' | 'shape' | 'reader'>): string | null {
  if (id !== undefined) return id;
  if (!shape) return reader ?? null;
  const [left, top, right, bottom] = bounds(shape);
  const box = [left, top, right - left, bottom - top].map((value) => Math.round(value)).join(' ');
  return `${reader === undefined ? '' : `${reader}: `}${shape.kind === 'box' ? 'box' : 'region'} ${box}`;
}
