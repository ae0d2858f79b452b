import type { Size } from '../../contracts/geometry.ts';
import { gaussian } from '../../numerics/gaussian.ts';
import { ascending } from '../../numerics/radixSort.ts';
import { type Planes, unitPlanes } from './colors.ts';
import { defineSegmenter, OF } from './segmenter.ts';

/**
 * Regions of the pixel graph are joined, cheapest border first, if the border is no higher than the inside of either.
 * Exactly equal costs are taken in the order of the edges (right, down, down-right, up-right, each in reading order).
 * NumPy's sort leaves their order to the processor, so on drawn pictures with many equal edges scikit-image itself
 * differs from machine to machine. Photographs hardly have any.
 */
export const felzenszwalb = defineSegmenter({
  id: 'felzenszwalb',
  title: 'Felzenszwalb',
  about: 'Segments along edges, small where there is detail and large where there is none',
  cite: 'Felzenszwalb and Huttenlocher, Efficient Graph-Based Image Segmentation, IJCV 2004; scikit-image 0.26.0',
  parameters: {
    scale: { kind: 'number', default: 100, min: 0, about: 'Larger gives larger segments' },
    sigma: { kind: 'number', default: 0.5, min: 0, max: 50, unit: 'px', about: 'Smoothing beforehand' },
    minSize: { kind: 'integer', default: 50, min: 0, unit: 'px', about: 'Smaller segments join a neighbour' },
    of: OF,
  },
  segment(picture, { scale, sigma, minSize }) {
    const { size } = picture;
    const planes = unitPlanes(picture).map((plane) => gaussian(plane, size, sigma)) as unknown as Planes;
    const { from, to, costs } = edgesOf(planes, size);
    const order = ascending(costs);
    const pixels = size[0] * size[1];
    const forest = new Int32Array(pixels).map((_, i) => i);
    const members = new Float64Array(pixels).fill(1);
    const inner = new Float64Array(pixels);
    const slack = scale / 255;
    const join = (a: number, b: number) => {
      // The lower index is the root, so that segments are numbered in reading order.
      const [root, other] = a < b ? [a, b] : [b, a];
      forest[other] = root;
      members[root]! += members[other]!;
      return root;
    };
    for (const edge of order) {
      const a = rootOf(forest, from[edge]!);
      const b = rootOf(forest, to[edge]!);
      if (a === b) continue;
      const cost = costs[edge]!;
      // The reference stores these two in single precision.
      const most = Math.min(Math.fround(inner[a]! + slack / members[a]!), Math.fround(inner[b]! + slack / members[b]!));
      if (cost < most) inner[join(a, b)] = cost;
    }
    for (const edge of order) {
      const a = rootOf(forest, from[edge]!);
      const b = rootOf(forest, to[edge]!);
      if (a !== b && (members[a]! < minSize || members[b]! < minSize)) join(a, b);
    }
    return forest.map((_, i) => rootOf(forest, i));
  },
});

/** The borders between pixels and their 8 neighbours, and the distance of the two colours. */
function edgesOf(planes: Planes, [height, width]: Size) {
  const [first, second, third] = planes;
  const count = height * (width - 1) + (height - 1) * width + 2 * (height - 1) * (width - 1);
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const costs = new Float64Array(count);
  let edge = 0;
  const connect = (dy: number, dx: number) => {
    for (let y = Math.max(0, -dy); y < height - Math.max(0, dy); y++) {
      for (let x = 0, i = y * width; x < width - dx; x++, i++) {
        const j = i + dy * width + dx;
        const a = first[j]! - first[i]!;
        const b = second[j]! - second[i]!;
        const c = third[j]! - third[i]!;
        from[edge] = i;
        to[edge] = j;
        costs[edge++] = Math.sqrt(a * a + b * b + c * c);
      }
    }
  };
  connect(0, 1);
  connect(1, 0);
  connect(1, 1);
  connect(-1, 1);
  return { from, to, costs };
}

function rootOf(forest: Int32Array, node: number): number {
  while (forest[node] !== node) node = forest[node] = forest[forest[node]!]!;
  return node;
}
