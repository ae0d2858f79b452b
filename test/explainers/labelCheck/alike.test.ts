import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { decodeImage, readImageFile } from '../../../src/explainers/images/decode.ts';
import { alikeImages } from '../../../src/explainers/labelCheck/alike.ts';
import type { CheckedImage } from '../../../src/explainers/labelCheck/checkedImage.ts';
import { hashOf, lookOf } from '../../../src/explainers/labelCheck/look.ts';
import { loadObservation, saveObservation } from '../../../src/explainers/labelCheck/observation.ts';
import { summaryOf } from '../../../src/explainers/labelCheck/summary.ts';
import { examples } from '../../data.ts';

type States = readonly (readonly [number, 'present' | 'absent'])[];
const image = (file: string, scores: readonly number[], states: States, more: Partial<CheckedImage> = {}) =>
  ({
    path: file,
    exclusive: true,
    scores: Float32Array.from(scores),
    predicted: (index: number) => scores[index] === Math.max(...scores),
    states: new Map(states),
    annotations: [],
    absentIn: [],
    regions: new Map(),
    ...more,
  }) satisfies CheckedImage;

test('copies, other sizes, qualities and formats of a photo are alike; other photos, turned and cut ones are not', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'alike-'));
  const photo = (name: string) => path.join(examples, 'photos', name);
  const made: [string, Sharp][] = [
    ['val/small.jpg', sharp(photo('chelsea.png')).resize(200).jpeg({ quality: 70 })],
    ['val/grey.webp', sharp(photo('chelsea.png')).greyscale().webp()],
    ['test/flipped.png', sharp(photo('chelsea.png')).flop()],
    ['test/cut.png', sharp(photo('chelsea.png')).extract({ left: 60, top: 40, width: 300, height: 220 })],
    ['test/blank.png', sharp({ create: { width: 9, height: 9, channels: 3, background: 'white' } })],
    ['test/black.png', sharp({ create: { width: 9, height: 9, channels: 3, background: 'black' } })],
  ];
  for (const name of ['train', 'val', 'test']) mkdirSync(path.join(folder, name));
  for (const [name, picture] of made) await picture.toFile(path.join(folder, name));
  copyFileSync(photo('chelsea.png'), path.join(folder, 'train/chelsea.png'));
  copyFileSync(photo('coffee.png'), path.join(folder, 'train/coffee.png'));
  copyFileSync(photo('coffee.png'), path.join(folder, 'train/again.png'));
  const names = ['train/chelsea.png', 'train/coffee.png', 'train/again.png', ...made.map(([name]) => name)];
  const images: CheckedImage[] = [];
  for (const [i, name] of names.entries()) {
    const source = await readImageFile(path.join(folder, name));
    const look = lookOf(source, await decodeImage(source));
    const label = name === 'val/grey.webp' ? 1 : 0;
    images.push(image(name, [1, 0], [[label, 'present']], { look }));
    const said = { ids: [], geometry: { image: [i, 1], input: [1, 1], scale: [1, 1], offset: [0, 0] }, scores: new Float32Array(2), maps: new Map(), look } as const; // biome-ignore format: one line
    expect(loadObservation(JSON.parse(JSON.stringify(saveObservation(said))), 2)).toEqual(said);
  }
  const found = alikeImages(images, ['cat', 'dog']);
  expect(found).toEqual([
    {
      equal: false,
      labelsDiffer: true,
      splitsDiffer: true,
      images: [
        { image: 'train/chelsea.png', labels: ['cat'], split: 'train' },
        { image: 'val/small.jpg', labels: ['cat'], split: 'val' },
        { image: 'val/grey.webp', labels: ['dog'], split: 'val' },
      ],
    },
    {
      equal: true,
      labelsDiffer: false,
      splitsDiffer: false,
      images: ['train/coffee.png', 'train/again.png'].map((name) => ({ image: name, labels: ['cat'], split: 'train' })),
    },
  ]);
  rmSync(folder, { recursive: true });
});

test('the hash is one bit for each cell that is brighter than the next; 10 of 256 may differ, and 4 of 255 on average', () => {
  const thumbnail = Uint8Array.from({ length: 17 * 16 }, (_, i) => (i % 17) * 10);
  expect([...hashOf(thumbnail)]).toEqual(Array(16).fill(0));
  expect([...hashOf(thumbnail.toReversed())]).toEqual(Array(16).fill(65_535));
  const groups = (second: Uint8Array) =>
    alikeImages([image('a', [1], [], { look: { file: 'a', thumbnail } }), image('b', [1], [], { look: { file: 'b', thumbnail: second } })], ['x']).length; // biome-ignore format: one line
  // A cell that is lowered by 20 is darker than the one before it.
  const lowered = (count: number) => thumbnail.map((value, i) => (i % 17 === 8 && i < 17 * count ? value - 20 : value));
  expect([groups(lowered(10)), groups(lowered(11))]).toEqual([1, 0]);
  expect([groups(thumbnail.map((v) => v + 4)), groups(thumbnail.map((v) => v + 5))]).toEqual([1, 0]);
});

test('classes, confused pairs, and images that fit no class', () => {
  const labelled = (index: number): States => [0, 1].map((each) => [each, each === index ? 'present' : 'absent']);
  const images = [
    ...Array.from({ length: 3 }, (_, i) => image(`a${i}`, [0.8, 0.2], labelled(0))),
    image('b', [0.4, 0.6], labelled(0)),
    image('c', [0.2, 0.8], labelled(1)),
    // Softmax over classes that were left out.
    image('d', [0.05, 0.2], labelled(1)),
  ];
  const { classes, confused, unfit } = summaryOf(images, ['cat', 'dog']);
  expect(classes.map(({ label, labelled: all, predicted, agreed }) => [label, all, predicted, agreed])).toEqual([
    ['cat', 4, 3, 3],
    ['dog', 2, 3, 2],
  ]);
  expect(classes.map(({ meanScore }) => meanScore)).toEqual([expect.closeTo(0.7, 6), expect.closeTo(0.5, 6)]);
  expect(confused).toEqual([{ label: 'cat', instead: 'dog', images: 1 }]);
  expect(unfit).toEqual([{ image: 'd', fit: expect.closeTo(0.4, 6) }]);
  expect(summaryOf(images.map((each) => ({ ...each, exclusive: false })), ['cat', 'dog']).unfit).toEqual([]); // biome-ignore format: one line
});
