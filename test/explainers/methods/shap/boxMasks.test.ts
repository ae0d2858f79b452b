import { expect, test } from 'vitest';
import { openOnnxRuntime } from '../../../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../../../src/explainers/graph/build.ts';
import { boxMasks, boxRow, mostBoxes } from '../../../../src/explainers/methods/shap/boxMasks.ts';
import { type Box, halves, type Kept, OwenSearch } from '../../../../src/explainers/methods/shap/owen.ts';
import { MASKS } from '../../../../src/explainers/perturbation/maskedGraph.ts';
import { float32 } from '../../../../src/explainers/tensor/tensor.ts';

const [HEIGHT, WIDTH, CHANNELS] = [5, 7, 3];
const everything: Box = [0, HEIGHT, 0, WIDTH, 0, CHANNELS];
const most = mostBoxes({ height: HEIGHT, width: WIDTH, channels: CHANNELS });

/** All masks of a search to its end. */
function masksOfASearch(): readonly Kept[] {
  const search = new OwenSearch(everything, Float64Array.of(0), Float64Array.of(1), {
    budget: 1e5,
    batch: 10,
    seed: 0,
  });
  const all: Kept[] = [];
  for (let masks = search.next(); masks.length > 0; masks = search.next()) {
    all.push(...masks);
    search.take(masks.map((_, i) => Float64Array.of(i / 10)));
  }
  return all;
}

test.each(['nchw', 'nhwc'])('%s: every mask of halved boxes keeps its elements and hides the rest', async (layout) => {
  const first = layout === 'nchw';
  const shape = first ? [1, CHANNELS, HEIGHT, WIDTH] : [1, HEIGHT, WIDTH, CHANNELS];
  const all = masksOfASearch();
  const lengths = all.map((kept) => {
    let length = 0;
    for (let link: Kept | null = kept; link; link = link.before) length++;
    return length;
  });
  expect(all.length).toBeGreaterThan(1000);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(most);
  const masks = [null, { before: null, box: everything }, ...all.filter((_, i) => i % 37 === 0)];
  const b = new GraphBuilder('boxes');
  const image = b.input('image', { dtype: 'float32', shape });
  const fill = b.input('fill', { dtype: 'float32', shape });
  const place = { batch: masks.length, size: [HEIGHT, WIDTH] as const, channelAxis: first ? 1 : 3, shape, image, fill } as const; // biome-ignore format: one line
  b.setOutputs([boxMasks(most).masked(b, place)]);
  const engine = await openOnnxRuntime({ threads: 1 });
  const executable = await engine.compile(b.build());
  const rows = masks.map((kept) => boxRow(kept, most));
  const fed = float32([masks.length, rows[0]!.length], rows.flatMap((row) => [...row])); // biome-ignore format: one line
  const size = HEIGHT * WIDTH * CHANNELS;
  const images = [1, -1].map((sign) =>
    float32(
      shape,
      Array.from({ length: size }, (_, i) => sign * (i + 1)),
    ),
  );
  const results = await executable.run(new Map([['image', images[0]!], ['fill', images[1]!], [MASKS, fed]])); // biome-ignore format: one line
  const masked = [...results.values()][0]!.data as Float32Array;
  for (const [r, kept] of masks.entries()) {
    for (let y = 0, i = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        for (let c = 0; c < CHANNELS; c++, i++) {
          let inside = false;
          for (let link: Kept | null = kept; link; link = link.before) {
            const [top, bottom, left, right, from, to] = link.box;
            inside ||= y >= top && y < bottom && x >= left && x < right && c >= from && c < to;
          }
          const at = first ? (c * HEIGHT + y) * WIDTH + x : i;
          expect(masked[r * size + at]).toBe((inside ? 1 : -1) * (at + 1));
        }
      }
    }
  }
  await executable.dispose();
  await engine.dispose();
});

test('a box is halved to its single elements', () => {
  const leaves = (box: Box): number =>
    (halves(box) ?? []).reduce((sum, half) => sum + leaves(half), halves(box) ? 0 : 1);
  expect(leaves(everything)).toBe(HEIGHT * WIDTH * CHANNELS);
});
