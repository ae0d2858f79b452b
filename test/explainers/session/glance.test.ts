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
const side = 120;
const mean = async (jpeg: Uint8Array) => (await sharp(jpeg).stats()).channels.map((channel) => channel.mean);

test('is the image small, its best classes, and the map of the best one over it', async () => {
  writeModel(folder, tinyClassifier({ classes: 5 }));
  const { picture, shown, size, seen } = await session.glance({ image, model, side });
  expect(size).toEqual([400, 600]);
  expect(shown).toEqual([80, 120]);
  const { width, height, format } = await sharp(picture).metadata();
  expect({ width, height, format }).toEqual({ width: 120, height: 80, format: 'jpeg' });
  // It looks like the image.
  const whole = await mean(await sharp(image).removeAlpha().jpeg().toBuffer());
  for (const [i, value] of (await mean(picture)).entries()) expect(Math.abs(value - whole[i]!)).toBeLessThan(3);
  if (!seen || 'error' in seen) throw new Error('no scores');
  const { scores } = await session.predict({ image, model });
  expect(seen.best).toEqual([...scores].sort((a, b) => b.score - a.score).slice(0, 3));
  expect(seen.method).toBe('Grad-CAM');
  expect((await sharp(seen.overlay!).metadata()).width).toBe(120);
  expect(Buffer.compare(Buffer.from(seen.overlay!), Buffer.from(picture))).not.toBe(0);
});

test('without a model it is the picture alone; a small image is not enlarged', async () => {
  const small = path.join(folder, 'small.png');
  await sharp({ create: { width: 9, height: 4, channels: 3, background: '#808080' } })
    .png()
    .toFile(small);
  const { shown, seen } = await session.glance({ image: small, model: null, side });
  expect({ shown, seen }).toEqual({ shown: [4, 9], seen: null });
});

test('even noise fits into what VS Code shows of a hover', async () => {
  const noise = path.join(folder, 'noise.png');
  const pixels = Buffer.alloc(300 * 300 * 3).map((_, i) => Math.imul(i + 1, 2654435761) >>> 24);
  await sharp(pixels, { raw: { width: 300, height: 300, channels: 3 } })
    .png()
    .toFile(noise);
  const { picture, seen } = await session.glance({ image: noise, model, side: 240 });
  const overlay = seen && !('error' in seen) ? seen.overlay!.length : 0;
  expect(overlay).toBeGreaterThan(0);
  expect(((picture.length + overlay) * 4) / 3).toBeLessThan(90_000);
});

test('a model that cannot be opened is said next to the picture, and works once it is mended', async () => {
  const broken = path.join(folder, 'broken.onnx');
  writeFileSync(broken, 'no model');
  const before = await session.glance({ image, model: broken, side });
  expect(before.seen && 'error' in before.seen && before.seen.error.kind).toBe('model');
  writeModel(folder, tinyClassifier(), 'broken.onnx');
  const after = await session.glance({ image, model: broken, side });
  expect(after.seen && 'best' in after.seen && after.seen.best).toHaveLength(3);
});

test('is made once for an image and a model as they are, and again when one of them changes', async () => {
  writeModel(folder, tinyClassifier({ classes: 5 }));
  const copy = path.join(folder, 'copy.png');
  await sharp(image).toFile(copy);
  const first = await session.glance({ image: copy, model, side });
  expect((await session.glance({ image: copy, model, side })).picture).toBe(first.picture);
  await sharp(image).negate().toFile(copy);
  const changed = await session.glance({ image: copy, model, side });
  expect(changed.picture).not.toBe(first.picture);
  writeModel(folder, tinyClassifier({ classes: 4 }));
  expect((await session.glance({ image: copy, model, side })).seen).not.toBe(changed.seen);
});

test('a cancelled one ends, and leaves nothing half made', async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(session.glance({ image, model, side }, { signal: abort.signal })).rejects.toMatchObject({
    kind: 'cancelled',
  });
});
