import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeImage } from '../../../src/explainers/images/decode.ts';
import { displayImage } from '../../../src/explainers/images/display.ts';
import { distance, fixturePath, imageOf } from './fixtures.ts';

const raster = (name: string) => fixturePath(`raster/${name}`);

describe('what a browser is given shows the pixels that the model is given', () => {
  test.each(['rgb.png', 'rgb.jpg', 'lossy.webp'])('%s goes as it is', async (name) => {
    const shown = await displayImage(raster(name));
    expect(Buffer.from(shown.bytes)).toEqual(readFileSync(raster(name)));
    expect(shown).toMatchObject({
      image: raster(name),
      mime: `image/${name.split('.')[1]!.replace('jpg', 'jpeg')}`,
      size: [19, 27],
    });
  });

  test.each([
    'exif6.jpg',
    'exif6.png',
    'rgba.png',
    'alpha.webp',
    'cmyk.jpg',
    'rgb.bmp',
    'oneBit.bmp',
    'lzw.tif',
    'grey16.png',
    'unit.tif',
  ])('%s is drawn again', async (name) => {
    const image = await decodeImage(raster(name));
    const shown = await displayImage(raster(name), image);
    expect(shown).toMatchObject({ mime: 'image/png', size: image.size, notes: image.notes });
    const back = await decodeImage({ path: 'shown.png', bytes: shown.bytes });
    expect(back).toMatchObject({ size: image.size, channels: image.channels, max: 255, notes: [] });
    const levels = Float32Array.from(image.data, (value) => (value * 255) / image.max);
    expect(distance(back.data, levels)).toBeLessThanOrEqual(0.5);
  });
});

test('a giant image is shown smaller, its size stays its own', async () => {
  const [height, width] = [9000, 5000];
  const data = Uint8Array.from({ length: height * width }, (_, i) => (i % width) >> 5);
  const shown = await displayImage({ path: 'giant.dcm', bytes: new Uint8Array() }, imageOf([height, width], 1, data));
  expect(shown.size).toEqual([height, width]);
  expect(shown.notes.join()).toMatch(/shown at \d+ × \d+ pixels/);
  const back = await decodeImage({ path: 'shown.png', bytes: shown.bytes });
  expect(Math.max(...back.size)).toBeLessThanOrEqual(8192);
  expect(back.size[0] / back.size[1]).toBeCloseTo(height / width, 2);
});
