import type { Size } from '../../contracts/geometry.ts';
import { mapped } from '../../lists.ts';
import { gaussian } from '../../numerics/gaussian.ts';
import { DefaultRng } from '../../numerics/randomPcg64.ts';
import { type Planes, rgbToLab, unitPlanes } from './colors.ts';
import { defineSegmenter, OF } from './segmenter.ts';

/** Each pixel is tied to its nearest neighbour of higher density, in colour and place; the trees are the segments. */
export const quickshift = defineSegmenter({
  id: 'quickshift',
  title: 'Quickshift',
  about: 'Segments along edges, of very unequal size; their number follows from the picture',
  cite: 'Vedaldi and Soatto, Quick Shift and Kernel Methods for Mode Seeking, ECCV 2008; scikit-image 0.26.0. Defaults: lime 0.2.0.1',
  parameters: {
    kernelSize: { kind: 'number', default: 4, min: 1, max: 30, unit: 'px', about: 'Larger gives fewer segments' },
    maxDist: { kind: 'number', default: 200, min: 0, about: 'Longer ties are cut; larger gives fewer segments' },
    ratio: { kind: 'number', default: 0.2, min: 0, max: 1, about: 'Weight of colour against place' },
    sigma: { kind: 'number', default: 0, min: 0, max: 50, unit: 'px', about: 'Smoothing beforehand' },
    seed: { kind: 'integer', default: 42, min: 0, about: 'Seed of the tiny noise that breaks ties' },
    of: OF,
  },
  segment(picture, { kernelSize, maxDist, ratio, sigma, seed }) {
    const { size } = picture;
    const planes = rgbToLab(unitPlanes(picture)).map((plane) =>
      gaussian(plane, size, sigma).map((value) => value * ratio),
    ) as unknown as Planes;
    const reach = Math.ceil(3 * kernelSize);
    const densities = densitiesOf(planes, size, kernelSize, reach, seed);
    return roots(parentsOf(planes, size, densities, reach, maxDist));
  },
});

/** How many near pixels have a similar colour: a sum of Gaussians over the window, each pair of pixels once. */
function densitiesOf(planes: Planes, size: Size, kernelSize: number, reach: number, seed: number): Float64Array {
  const [height, width] = size;
  const [first, second, third] = planes;
  const random = new DefaultRng(seed);
  // 1 is the pixel itself.
  const densities = Float64Array.from({ length: height * width }, () => 1 + random.normal(0, 0.00001));
  const sharpness = 0.5 / (kernelSize * kernelSize);
  for (let dy = 0; dy <= Math.min(reach, height - 1); dy++) {
    for (let dx = dy === 0 ? 1 : -reach; dx <= reach; dx++) {
      const space = dy * dy + dx * dx;
      const left = Math.max(0, -dx);
      const right = Math.min(width, width - dx);
      for (let y = 0; y + dy < height; y++) {
        const end = y * width + right;
        for (let i = y * width + left, j = i + dy * width + dx; i < end; i++, j++) {
          const a = first[i]! - first[j]!;
          const b = second[i]! - second[j]!;
          const c = third[i]! - third[j]!;
          const x = (a * a + b * b + c * c + space) * sharpness;
          if (x >= EXP_END) continue;
          const step = (x * EXP_STEPS) | 0;
          const r = x - step / EXP_STEPS;
          const near = EXP[step]! * (1 - r * (1 - (r / 2) * (1 - (r / 3) * (1 - (r / 4) * (1 - r / 5)))));
          densities[i]! += near;
          densities[j]! += near;
        }
      }
    }
  }
  return densities;
}

/** exp(−x) by a table and a series. The terms left out beyond {@link EXP_END} are below a sum's last bit. */
const EXP_STEPS = 128;
const EXP_END = 40;
const EXP = Float64Array.from({ length: EXP_STEPS * EXP_END }, (_, i) => Math.exp(-i / EXP_STEPS));

/**
 * For each pixel, its nearest pixel of higher density in the window, or itself. The window is searched from near to
 * far, until even the same colour would be farther than the best so far; among equally near pixels, the first in
 * reading order wins.
 */
function parentsOf(planes: Planes, size: Size, densities: Float64Array, reach: number, maxDist: number): Int32Array {
  const [height, width] = size;
  const [first, second, third] = planes;
  const { rows, columns, spaces } = windowFromNear(reach);
  const parents = new Int32Array(densities.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const density = densities[i]!;
      let parent = i;
      let closest = Number.MAX_VALUE;
      for (let w = 0; w < spaces.length && spaces[w]! <= closest; w++) {
        const dy = rows[w]!;
        const dx = columns[w]!;
        if (y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width) continue;
        const j = i + dy * width + dx;
        if (!(densities[j]! > density)) continue;
        const a = first[i]! - first[j]!;
        const b = second[i]! - second[j]!;
        const c = third[i]! - third[j]!;
        const distance = a * a + b * b + c * c + dy * dy + dx * dx;
        if (distance < closest || (distance === closest && j < parent)) {
          closest = distance;
          parent = j;
        }
      }
      parents[i] = Math.sqrt(closest) > maxDist ? i : parent;
    }
  }
  return parents;
}

function windowFromNear(reach: number) {
  const places: { readonly dy: number; readonly dx: number; readonly space: number }[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++)
      if (dy !== 0 || dx !== 0) places.push({ dy, dx, space: dy * dy + dx * dx });
  }
  places.sort((a, b) => a.space - b.space);
  return {
    rows: mapped(Int32Array, places, ({ dy }) => dy),
    columns: mapped(Int32Array, places, ({ dx }) => dx),
    spaces: mapped(Float64Array, places, ({ space }) => space),
  };
}

/** Each pixel's root. Densities grow along every path, so it exists. */
function roots(parents: Int32Array): Int32Array {
  for (let i = 0; i < parents.length; i++) {
    let root = i;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = i; at !== root; ) {
      const next = parents[at]!;
      parents[at] = root;
      at = next;
    }
  }
  return parents;
}
