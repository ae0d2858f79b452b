import { describe, expect, test } from 'vitest';
import { type RgbImage, segment } from '../../../../src/explainers/images/superpixels/segment.ts';
import { segmenters } from '../../../../src/explainers/images/superpixels/segmenters.ts';
import { relabel, type Segments } from '../../../../src/explainers/images/superpixels/segments.ts';
import { parseSegments } from '../../../../src/explainers/images/superpixels/spec.ts';
import { ascending } from '../../../../src/explainers/numerics/radixSort.ts';
import { DefaultRng } from '../../../../src/explainers/numerics/randomPcg64.ts';

/** Blobs of colour with noise on them. */
function picture(height: number, width: number, seed: number): RgbImage {
  const random = new DefaultRng(seed);
  const data = new Uint8Array(height * width * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const blob = 128 + 90 * Math.sin((y + 3 * c) / 7 + seed) * Math.cos((x - 5 * c) / 9);
        data[to++] = Math.min(255, Math.max(0, blob + 12 * random.standardNormal()));
      }
    }
  }
  const normalised = Float32Array.from(data, (value) => (value / 255 - 0.45) / 0.22);
  return { size: [height, width], data, normalised };
}

const pictures = {
  wide: picture(30, 50, 1),
  tall: picture(61, 17, 2),
  one: picture(1, 1, 3),
  column: picture(20, 1, 4),
};
/** Pixels per segment. */
function segmentSizes({ labels, count }: Segments): Int32Array {
  const sizes = new Int32Array(count);
  for (const label of labels) sizes[label]!++;
  return sizes;
}

const ways = [
  ...[...segmenters.keys()].filter((id) => id !== 'grid'),
  'quickshift:kernelSize=1,maxDist=1,ratio=1',
  'quickshift:of=input',
  'slic:segments=1',
  'slic:segments=5000',
  'slic:segments=40,compactness=0.001,connected=false',
  'felzenszwalb:scale=0,sigma=0,minSize=0',
  'felzenszwalb:of=input',
  'watershed:markers=1',
  'watershed:markers=5000,compactness=1',
  'grid:1x1',
];

describe.each(Object.entries(pictures))('%s', (_, image) => {
  test.each(ways)('%s: every pixel has a segment, every segment a pixel, always the same', async (text) => {
    const found = await segment(parseSegments(text), image);
    const [height, width] = image.size;
    expect(found.size).toEqual([height, width]);
    expect(found.labels).toHaveLength(height * width);
    const sizes = segmentSizes(found);
    expect(sizes).toHaveLength(found.count);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((all, size) => all + size, 0)).toBe(height * width);
    expect((await segment(parseSegments(text), image)).labels).toEqual(found.labels);
  });
});

test.each(['slic', 'slic:segments=30,compactness=0.1', 'watershed', 'felzenszwalb', 'felzenszwalb:scale=5,minSize=3'])(
  '%s: every segment is one piece',
  async (text) => {
    for (const image of [pictures.wide, pictures.tall]) {
      const found = await segment(parseSegments(text), image);
      // Felzenszwalb's neighbours are 8, the others' 4.
      expect(pieces(found, text.startsWith('felzenszwalb'))).toBe(found.count);
    }
  },
);

function pieces({ labels, size: [height, width] }: Segments, corners: boolean): number {
  const seen = new Uint8Array(labels.length);
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (seen[start]) continue;
    count++;
    const queue = [start];
    seen[start] = 1;
    for (const at of queue) {
      const [y, x] = [Math.floor(at / width), at % width];
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (!corners && dy !== 0 && dx !== 0) continue;
          if (y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width) continue;
          const next = at + dy * width + dx;
          if (seen[next] || labels[next] !== labels[at]) continue;
          seen[next] = 1;
          queue.push(next);
        }
      }
    }
  }
  return count;
}

test('Felzenszwalb leaves no segment smaller than minSize', async () => {
  const found = await segment(parseSegments('felzenszwalb:scale=1,minSize=25'), pictures.wide);
  expect(found.count).toBeGreaterThan(3);
  expect(Math.min(...segmentSizes(found))).toBeGreaterThanOrEqual(25);
});

test('pixels as floats are the bytes they round to', async () => {
  const { size, data } = pictures.wide;
  const floats = { size, data: Float32Array.from(data, (value) => value + 0.0001) };
  const spec = parseSegments('slic:segments=20');
  expect((await segment(spec, floats)).labels).toEqual((await segment(spec, pictures.wide)).labels);
});

test('the seed of quickshift decides between equals only', async () => {
  const flat = { size: [30, 30] as const, data: new Uint8Array(2700).fill(90) };
  const of = async (image: RgbImage, seed: number) =>
    (await segment(parseSegments(`quickshift:kernelSize=2,seed=${seed}`), image)).labels;
  expect(await of(flat, 1)).not.toEqual(await of(flat, 2));
  expect(await of(pictures.wide, 1)).toEqual(await of(pictures.wide, 2));
});

test('a grid cuts evenly, in reading order', async () => {
  const found = await segment(parseSegments('grid:2x3'), picture(4, 7, 1));
  expect([...found.labels]).toEqual([
    0, 0, 0, 1, 1, 2, 2, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 3, 3, 3, 4, 4, 5, 5,
  ]);
  await expect(segment(parseSegments('grid:9x9'), picture(4, 7, 1))).rejects.toMatchObject({ kind: 'usage' });
});

test('of=input asks for the normalised numbers', async () => {
  const { size, data } = pictures.wide;
  await expect(segment(parseSegments('slic:of=input'), { size, data })).rejects.toMatchObject({ kind: 'usage' });
});

test('labels of any value become 0 … n − 1 in their order', () => {
  const { labels, count } = relabel([7, 7, -2, 900, 7, -2], [2, 3]);
  expect([...labels]).toEqual([1, 1, 0, 2, 1, 0]);
  expect(count).toBe(3);
});

test('sorted order is ascending and keeps equal ones in order', () => {
  const random = new DefaultRng(5);
  const values = Float64Array.from({ length: 3000 }, (_, i) =>
    i % 3 === 0 ? random.integer(0, 9) : random.random() * 10 ** random.integer(-300, 300),
  );
  const expected = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  expect([...ascending(values)]).toEqual(expected);
});
