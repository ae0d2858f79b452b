import { expect, test } from 'vitest';
import { labelTable } from '../../../../src/explainers/annotations/formats/labels/labelTable.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('as pandas and Roboflow write it', () => expectAsTheTools(labelTable));

test('every label of the file is covered, but not of an image without a label', () => {
  const { labels, images } = labelTable.parse(fixture('labelTable/files/single.csv'));
  expect(labels).toEqual(['cat', 'dog']);
  expect(images.map((image) => [image.image, image.labels, image.line])).toEqual([
    ['a.png', undefined, 2],
    ['sub/b.png', undefined, 3],
    ['c d.jpg', undefined, 4],
    ['e.png', [], 5],
  ]);
});

test('in a column per class, a 1 is present, a 0 absent, −1 uncertain and a blank unknown', () => {
  const { images, problems } = labelTable.parse(text('a.csv', 'image,cat,dog,bird\na,1,0,-1\nb,,1.0,0\nc,0,0,0\n'));
  expect(images).toMatchObject([
    { image: 'a', labels: ['cat', 'dog'], uncertain: ['bird'], annotations: [{ label: 'cat', shape: null, line: 2 }] },
    { image: 'b', labels: ['dog', 'bird'], annotations: [{ label: 'dog' }] },
    { image: 'c', labels: ['cat', 'dog', 'bird'], annotations: [] },
  ]);
  expect(problems).toEqual([]);
});

test('a column with ages is no class, and a wrong cell is a problem of its row', () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i}.png,${20 + i},${i % 2}`).join('\n');
  const { labels, problems } = labelTable.parse(text('a.csv', `image,age,cat\n${rows}\nz.png,50,2\n`));
  expect(labels).toEqual(['cat']);
  expect(problems).toEqual(['line 22: "cat" is "2" instead of 1, 0, -1 or nothing']);
});

test.each([
  ['label', 'Egyptian cat, Felis catus', ['Egyptian cat, Felis catus']],
  ['labels', 'cat, dog', ['cat', 'dog']],
  ['label', 'cat;dog', ['cat', 'dog']],
  ['finding', 'No Finding', ['No Finding']],
  ['tags', 'No Finding', ['No Finding']],
])('%s: %s', (column, cell, labels) => {
  const { images } = labelTable.parse(text('a.csv', `filename,${column}\na.png,"${cell}"\n`));
  expect(images[0]!.annotations.map(({ label }) => label)).toEqual(labels);
});

test('words of tags that recur are labels', () => {
  const { labels } = labelTable.parse(text('a.csv', 'image_name,tags\na,haze primary\nb,haze road\nc,road primary\n'));
  expect(labels).toEqual(['haze', 'primary', 'road']);
});

test('numbers get their names from a file nearby', () => {
  const beside = new Map([['classes.txt', new TextEncoder().encode('cat\ndog\n')]]);
  const { images } = labelTable.parse({ ...text('a.csv', 'image,label\na.png,1\nb.png,7\n'), beside });
  expect(images.map(({ annotations }) => annotations[0]!.label)).toEqual(['dog', '7']);
});

test.each([
  ['no image', 'size,label\n3,cat\n', 1, 'No columns with images and labels are recognised in the table.'],
  ['only a header', 'filename,label\n', 1, 'No columns with images and labels are recognised in the table.'],
  ['an open quote', 'filename,label\na.png,"cat\n', 2, 'Line 2 of the label file has a quote that is never closed.'],
  ['rows without images', 'filename,label\n,cat\n', 1, 'The label file has no readable row.'],
])('malformed: %s', (_, content, line, message) =>
  expectError(labelTable, text('bad.csv', content), `bad.csv:${line}`, message),
);
