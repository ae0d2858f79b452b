import { expect, test } from 'vitest';
import { imageFolder } from '../../../../src/explainers/annotations/formats/labels/imageFolder.ts';
import { expectError, fixture, listed } from '../fixture.ts';

test('the folder is the label, and every other folder is absent', () => {
  expect(imageFolder.parse(fixture('imageFolder/files/pets'))).toMatchObject({
    labels: ['cat', 'dog'],
    images: [
      { image: 'cat/1.png', annotations: [{ label: 'cat', shape: null }] },
      { image: 'cat/2.png', annotations: [{ label: 'cat', shape: null }] },
      { image: 'dog/1.png', annotations: [{ label: 'dog', shape: null }] },
    ],
    problems: [],
  });
});

test('folders for parts of the set are no classes, and neither are folders further down', () => {
  const { labels, images } = imageFolder.parse(
    listed('set', ['train/cat/images/1.png', 'val/dog/1.png', 'val/cat/2.png']),
  );
  expect(labels).toEqual(['cat', 'dog']);
  expect(images.map(({ annotations }) => annotations[0]!.label)).toEqual(['cat', 'dog', 'cat']);
});

test('images next to the folders are counted', () =>
  expect(imageFolder.parse(listed('set', ['cat/1.png', 'x.png'])).problems).toEqual([
    '1 of its images is in no folder of a class',
  ]));

test.each([[['images/1.png', 'labels/2.png']], [['1.png']], [['train/images/1.png']]])(
  '%j has no class folders',
  (files) => {
    expect(imageFolder.sniff(listed('set', files))).toBe(false);
    expectError(imageFolder, listed('set', files), 'set', 'The folder has no folders of images of a class.');
  },
);
