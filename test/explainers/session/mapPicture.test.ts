import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { Session } from '../../../src/explainers/session.ts';
import { examples } from '../../data.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'saliency-lens-'));
const session = new Session();
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const image = path.join(examples, 'photos/coffee.png');
const model = path.join(folder, 'tiny.onnx');
const method = 'gradCam';

/** Which pixels of a JPEG of 3 channels are coloured, by the channel that is strongest compared with the image's. */
async function mixed(jpeg: Uint8Array, plain: Uint8Array, channel: number) {
  const [a, b] = await Promise.all(
    [jpeg, plain].map((bytes) => sharp(bytes).raw().toBuffer({ resolveWithObject: true })),
  );
  const { width, height } = a!.info;
  let [left, right] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = b!.info.width;
      const at = x < own ? x : x - (width - own);
      if (at < 0 || at >= own) continue;
      const change = a!.data[(y * width + x) * 3 + channel]! - b!.data[(y * own + at) * 3 + channel]!;
      const other = a!.data[(y * width + x) * 3 + 2 - channel]! - b!.data[(y * own + at) * 3 + 2 - channel]!;
      if (change - other > 40) x < own ? left++ : right++;
    }
  }
  return { left, right };
}

test('what the expert drew is blue on the left, the method’s mask red on the right', async () => {
  writeModel(folder, tinyClassifier({ classes: 3 }));
  const { card } = await session.describe({ model });
  const file = path.join(folder, 'labels.coco.json');
  const coco = {
    images: [{ id: 1, file_name: 'coffee.png', width: 600, height: 400 }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [300, 100, 150, 200] }],
    categories: [{ id: 1, name: card.labels[0] }],
  };
  writeFileSync(file, JSON.stringify(coco));
  const request = { image, model, method, index: 0, side: 120, sources: [{ path: file }] };
  const { picture } = await session.glance({ image, model: null, side: 120 });
  const masks = await session.mapPicture({ ...request, kind: 'masks' });
  expect(masks.size).toEqual([80, 120 * 2 + 6]);
  const blue = await mixed(masks.bytes, picture, 2);
  // The box covers an eighth of the image.
  expect(blue.left / (80 * 120)).toBeCloseTo(0.125, 1);
  expect(blue.left).toBeGreaterThan(800);
  expect(blue.right).toBeLessThan(20); // the JPEG's noise
  const red = await mixed(masks.bytes, picture, 0);
  expect(red.left).toBeLessThan(20);
  const { agreement } = await session.explain({ ...request, classes: [0] });
  const coverage = agreement.find(({ metric }) => metric === 'coverage')!.value!;
  expect(Math.abs(red.right / (80 * 120) - coverage)).toBeLessThan(0.1);
  const overlay = await session.mapPicture({ ...request, kind: 'overlay' });
  expect(overlay.size).toEqual([80, 120]);
  expect(Buffer.compare(Buffer.from(overlay.bytes), Buffer.from(picture))).not.toBe(0);
});
