import type { Size } from '../../contracts/geometry.ts';
import { rgbToGray, unitPlanes } from './colors.ts';
import { FloodQueue } from './floodQueue.ts';
import { places, regularGrid } from './regularGrid.ts';
import { defineSegmenter, OF } from './segmenter.ts';
import { sobel } from './sobel.ts';

/** Water rises from a grid of markers over the picture's edges, and pays for the distance from its marker. */
export const watershed = defineSegmenter({
  id: 'watershed',
  title: 'Compact watershed',
  about: 'Segments of about equal size, on a grid, that follow strong edges',
  cite: 'Neubert and Protzel, Compact Watershed and Preemptive SLIC, ICPR 2014; scikit-image 0.26.0, on the Sobel magnitude of the grey picture',
  parameters: {
    markers: { kind: 'integer', default: 100, min: 1, max: 100000, about: 'About how many segments' },
    compactness: { kind: 'number', default: 0.001, min: 1e-9, about: 'Larger gives more regular segments' },
    of: OF,
  },
  segment(picture, { markers, compactness }) {
    const { size } = picture;
    const edges = sobel(rgbToGray(unitPlanes(picture)), size);
    return flood(edges, size, markers, compactness);
  },
});

function flood(heights: Float64Array, [height, width]: Size, markers: number, compactness: number): Int32Array {
  const [down, across] = regularGrid([height, width], markers);
  const labels = new Int32Array(height * width).fill(-1);
  const queue = new FloodQueue();
  let count = 0;
  for (const y of places(down!, height)) {
    for (const x of places(across!, width)) {
      const at = y * width + x;
      labels[at] = count++;
      queue.push(heights[at]!, 0, at, at);
    }
  }
  // Ties are broken by age; all markers have age 0.
  let age = 0;
  while (queue.length > 0) {
    const { value, index, source } = queue.pop();
    if (labels[index]! >= 0 && index !== source) continue;
    labels[index] = labels[source]!;
    const y = Math.floor(index / width);
    const x = index - y * width;
    const sourceY = Math.floor(source / width);
    const sourceX = source - sourceY * width;
    const reach = (dy: number, dx: number) => {
      const next = index + dy * width + dx;
      if (labels[next]! >= 0) return;
      const far = Math.sqrt((y + dy - sourceY) ** 2 + (x + dx - sourceX) ** 2);
      // Never below the level that the water comes from.
      queue.push(Math.max(heights[next]! + compactness * far, value), ++age, next, source);
    };
    if (y > 0) reach(-1, 0);
    if (x > 0) reach(0, -1);
    if (x + 1 < width) reach(0, 1);
    if (y + 1 < height) reach(1, 0);
  }
  return labels;
}
