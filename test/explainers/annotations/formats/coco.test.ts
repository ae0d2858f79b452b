import { describe, expect, test } from 'vitest';
import { coco } from '../../../../src/explainers/annotations/formats/coco.ts';
import { rasterize } from '../../../../src/explainers/annotations/shapes/rasterize.ts';
import { decodeRuns, runsFromText } from '../../../../src/explainers/annotations/shapes/runs.ts';
import { bounds } from '../../../../src/explainers/annotations/shapes/shapes.ts';
import { fixture, fixtureJson, text, thrown } from '../fixture.ts';

interface Expected {
  readonly size: [number, number];
  readonly counts: string;
  readonly bbox: [number, number, number, number];
}

describe('a file of COCO tools', () => {
  const file = coco.parse(fixture('coco/files/instances.json'));
  const expected = fixtureJson<Record<string, Expected>>('coco/expected.json');
  const drawn = new Map(file.images.flatMap(({ annotations }) => annotations.map((a) => [a.id, a] as const)));

  test.each(Object.keys(expected))('annotation %s has the very mask of pycocotools', (id) => {
    const { size, counts, bbox } = expected[id]!;
    const shape = drawn.get(id)!.shape!;
    expect(rasterize(shape, size)).toEqual(decodeRuns(runsFromText(counts)!, size));
    if (shape.kind !== 'runs') return;
    const [left, top, right, bottom] = bounds(shape);
    expect([left, top, right - left, bottom - top]).toEqual(bbox);
  });

  test('names, sizes, labels, boxes and lines', () => {
    expect(file.problems).toEqual([]);
    expect(file.labels).toEqual(['cat', 'dog', 'zebra']);
    expect(file.images.map(({ image, size, annotations }) => [image, size, annotations.length])).toEqual([
      ['images/picture_0.png', [240, 320], 11],
      ['images/picture_1.png', [333, 201], 11],
      ['images/picture_2.png', [64, 64], 11],
      ['images/picture_3.png', [17, 40], 11],
      ['nothing here.png', [50, 60], 0],
      ['only-a-box.jpg', [480, 640], 2],
    ]);
    const box = drawn.get('900')!;
    expect(box.shape).toEqual({ kind: 'box', x: 12.25, y: 30.5, width: 100.125, height: 77.75 });
    const lines = new TextDecoder().decode(fixture('coco/files/instances.json').bytes).split('\n');
    for (const { id, line } of drawn.values()) expect(lines[line!]).toBe(`   "id": ${id},`);
  });

  test('order of the sections, byte order mark and line ends make no difference', () => {
    const careless = coco.parse(fixture('coco/files/careless.json'));
    const plain = (images: typeof file.images) =>
      images.map(({ line: _, ...image }) => ({
        ...image,
        annotations: image.annotations.map((each) => ({ ...each, line: 0 })),
      }));
    expect(plain(careless.images)).toEqual(plain(file.images));
    expect(careless.problems).toEqual([]);
  });
});

const small = (annotation: object, image: object = {}) =>
  text(
    'small.json',
    JSON.stringify({
      images: [{ id: 1, file_name: 'a.png', width: 100, height: 80, ...image }],
      categories: [{ id: 1, name: 'cat' }],
      annotations: [{ id: 5, image_id: 1, category_id: 1, ...annotation }],
    }).replaceAll('"NaN"', 'NaN'),
  );

test.each([
  [{ bbox: [90, 70, 50, 50] }, { kind: 'box', x: 90, y: 70, width: 50, height: 50 }],
  [
    { bbox: [], segmentation: [1, 1, 9, 1, 9, 9] },
    { kind: 'polygon', rings: [[1, 1, 9, 1, 9, 9]] },
  ],
  [{}, null],
  [{ bbox: null, segmentation: null }, null],
])('%j is read without complaint', (annotation, shape) => {
  const file = coco.parse(small(annotation));
  expect(file.problems).toEqual([]);
  expect(file.images[0]!.annotations).toEqual([{ label: 'cat', shape, id: '5', line: 1 }]);
});

const box = [1, 2, 3, 4];
test.each([
  [{ bbox: [1, 2, 0, 4] }, 'its box is 0 wide and 4 high; "cat" counts as present, not drawn'],
  [{ bbox: [1, 2, 3] }, 'its box has 3 numbers instead of 4; "cat" counts as present, not drawn'],
  [{ bbox: [1, 2, 'NaN', 4] }, 'its box holds a value that is not a number; "cat" counts as present, not drawn'],
  [{ bbox: [1e300, 2, 3, 4] }, 'its box lies outside the image; "cat" counts as present, not drawn'],
  [{ bbox: [-9, 2, 3, 4] }, 'its box lies outside the image; "cat" counts as present, not drawn'],
  [
    { bbox: box, segmentation: [[1, 2, 3, 4]] },
    'its polygon has 2 points, but an area needs 3; its box is used instead',
  ],
  [
    { bbox: box, segmentation: [[1, 2, 3, 4, 5, 6, 7]] },
    'its polygon has 7 numbers, which is not a list of x, y pairs; its box is used instead',
  ],
  [
    { bbox: box, segmentation: { size: [80, 100], counts: 'Z~~' } },
    'its mask has no readable "counts"; its box is used instead',
  ],
  [
    { bbox: box, segmentation: { size: [80, 100], counts: [1, 2] } },
    "its mask's runs cover 3 pixels, but the image has 8000; its box is used instead",
  ],
  [
    { bbox: box, segmentation: { size: [1e9, 1e9], counts: [1e18] } },
    'its mask has no valid "size"; its box is used instead',
  ],
  [{ bbox: box, segmentation: { size: [80, 100], counts: [8000] } }, 'its mask is empty; its box is used instead'],
])('%j keeps the class and says why', (annotation, problem) => {
  const file = coco.parse(small(annotation));
  expect(file.problems).toEqual([`line 1: annotation 5: ${problem}`]);
  expect(file.images[0]!.annotations).toHaveLength(1);
});

test.each([
  [{ bbox: [] }, 'annotation 5: its region is empty, so this "cat" is left out'],
  [{ bbox: null, segmentation: [] }, 'annotation 5: its region is empty, so this "cat" is left out'],
  [{ image_id: 7 }, 'annotation 5 has the image "7", which the file does not list'],
  [{ category_id: 7 }, 'annotation 5 has the category "7", which the file does not list'],
])('%j is listed', (annotation, problem) => {
  const file = coco.parse(small(annotation));
  expect(file.problems).toEqual([`line 1: ${problem}`]);
  expect(file.images[0]!.annotations).toEqual([]);
});

describe('malformed twins of a good file', () => {
  const good = new TextDecoder().decode(fixture('coco/files/instances.json').bytes);
  test.each([
    ['cut off', good.slice(0, 20000), 1824, 'Line 1824 of the COCO file ends in the middle: the file is cut off.'],
    [
      'a comma too many',
      good.replace('"height": 240,', '"height": 240,,'),
      10,
      'Line 10 of the COCO file is not valid JSON.',
    ],
    [
      'a comma missing',
      good.replace('],\n "annotations"', ']\n "annotations"'),
      44,
      'Line 44 of the COCO file is not valid JSON: a comma is missing.',
    ],
    ['text behind', `${good}\n]`, 3246, 'Line 3246 of the COCO file continues after the end of the JSON.'],
    ['no categories', good.replace('"categories"', '"kinds"'), 'categories', 'The COCO file has no "categories".'],
    [
      'annotations that are no list',
      good.replace('"annotations": [', '"annotations": {}, "x": ['),
      44,
      'Line 44 of the COCO file has a "annotations" that is not a list.',
    ],
  ])('%s', (_, content, where, message) => {
    const file = text('bad.json', content);
    expect(coco.sniff(file)).toBe(true);
    const report = thrown(() => coco.parse(file));
    expect(report).toMatchObject({ kind: 'annotation', message, subject: `bad.json:${where}` });
    expect(report.next).toBeTruthy();
  });
});

test('ids used twice are listed, the first counts', () => {
  const file = coco.parse(
    text(
      'twice.json',
      `{"images": [{"id": 1, "file_name": "a.png"},\n{"id": 1, "file_name": "b.png"}],
      "categories": [{"id": 1, "name": "cat"},\n{"id": 1, "name": "dog"}], "annotations": []}`,
    ),
  );
  expect(file.images.map(({ image }) => image)).toEqual(['a.png']);
  expect(file.problems).toEqual([
    'line 2: image id 1 is used twice; the second, "b.png", is left out',
    'line 4: category id 1 is used twice; the second, "dog", is left out',
  ]);
});
