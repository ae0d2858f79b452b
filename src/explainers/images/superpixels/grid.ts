import type { Size } from '../../contracts/geometry.ts';
import { ExplainError } from '../../errors.ts';
import { defineSegmenter } from './segmenter.ts';
import type { Segments } from './segments.ts';

export const grid = defineSegmenter({
  id: 'grid',
  title: 'Grid',
  about: 'Rectangles, whatever the picture shows',
  cite: 'pixel y is in row floor(y · rows / height)',
  parameters: {
    rows: { kind: 'integer', default: 7, min: 1, max: 4096, about: 'Rectangles from top to bottom' },
    columns: { kind: 'integer', default: 7, min: 1, max: 4096, about: 'Rectangles from left to right' },
  },
  segment: ({ size }, { rows, columns }) => gridSegments(size, rows, columns).labels,
});

/**
 * Rectangles of equal size, as far as whole pixels allow: `rows` times `columns`.
 * @throws ExplainError `usage` if there are fewer pixels than rectangles
 */
function gridSegments(size: Size, rows: number, columns: number): Segments {
  const [height, width] = size;
  if (!(rows >= 1 && columns >= 1 && rows <= height && columns <= width)) {
    throw new ExplainError({
      kind: 'usage',
      message: `A grid of ${rows} × ${columns} does not fit on an image of ${height} × ${width}.`,
      subject: 'segments',
      next: `Choose at most ${height} rows and ${width} columns, for example grid:7x7.`,
    });
  }
  const across = Int32Array.from({ length: width }, (_, x) => Math.floor((x * columns) / width));
  const labels = new Int32Array(height * width);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x++) labels[to++] = row + across[x]!;
  }
  return { labels, count: rows * columns, size };
}
