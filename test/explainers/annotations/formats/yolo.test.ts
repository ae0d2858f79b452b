import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { yolo } from '../../../../src/explainers/annotations/formats/yolo/yolo.ts';
import { classNames } from '../../../../src/explainers/annotations/match/classNames.ts';
import { AnnotationStore } from '../../../../src/explainers/annotations/store.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('boxes, outlines and oriented boxes as supervision wrote them', () => {
  expectAsTheTools(yolo);
  const file = yolo.parse(fixture('yolo/files/boxes.txt'));
  expect(file).toMatchObject({ problems: [], labels: ['cat', 'Pleural effusion', "dog's"] });
  expect(file.images[0]!.annotations.map(({ line }) => line)).toEqual([1, 2, 3]);
});

test.each([
  ['1 0.5 0.5 0.2 0.4 0.93', { kind: 'box', x: 0.4, y: 0.3, width: 0.2, height: 0.4 }],
  ['1 0.1 0.1 0.9 0.1 0.9 0.9 0.8', { kind: 'polygon', rings: [[0.1, 0.1, 0.9, 0.1, 0.9, 0.9]] }],
  ['  1\t0.5 0.5 1 1\r', { kind: 'box', x: 0, y: 0, width: 1, height: 1 }],
])('%j is read without complaint', (line, shape) => {
  const file = yolo.parse({ ...text('a.b.txt', line), beside: new Map([['classes.txt', Buffer.from('cat\ndog\n')]]) });
  expect(file.problems).toEqual([]);
  expect(file.images).toEqual([{ image: 'a.b', size: [1, 1], annotations: [{ label: 'dog', shape, line: 1 }] }]);
});

test.each([
  ['1 0.5 0.5', 'line 2: it has 2 numbers after its class, but a box needs 4; "1" counts as present, not drawn'],
  ['1 0.5 0.5 x 0.2', 'line 2: its box holds a value that is not a number; "1" counts as present, not drawn'],
  ['1 0.5 0.5 0 0.2', 'line 2: its box is 0 wide and 0.2 high; "1" counts as present, not drawn'],
  [
    '1 120 90 40 20',
    'line 2: its coordinates are not fractions of the image, as YOLO requires (about 0 to 1); "1" counts as present, not drawn',
  ],
  [
    '1 0.1 0.1 0.2 0.2 x 0.4',
    'line 2: its polygon holds a value that is not a number; "1" counts as present, not drawn',
  ],
  ['cat 0.5 0.5 0.1 0.1', 'line 2: it begins with "cat", which is not a class number'],
])('%s', (line, problem) => {
  const { problems } = yolo.parse(text('a.txt', `0 0.5 0.5 0.1 0.1\n${line}`));
  expect(problems).toEqual([
    problem,
    'no data.yaml or classes.txt next to it names its classes, so they go by their numbers',
  ]);
});

const beside = (name: string, content: string) => new Map([[name, Buffer.from(content)]]);
const CLASSES = beside('classes.txt', 'cat\ntraffic light\n');
/** The first four numbers of each line below, as a box. */
const BOX = { kind: 'box', x: 0.4, y: 0.3, width: 0.2, height: 0.4 };

test.each([
  ['a track', '1 0.5 0.5 0.2 0.4 17'],
  ['a confidence and a track', '1 0.5 0.5 0.2 0.4 0.93 2'],
  ['a class by its name', 'Traffic Light 0.5 0.5 0.2 0.4'],
  ['a class by its name, and a confidence', 'traffic light 0.5 0.5 0.2 0.4 0.7'],
  ['a pose of three numbers a point, with no file that says so', '1 0.5 0.5 0.2 0.4 0.45 0.4 2 0.5 0.6 1 0 0 0'],
  ['such a pose with a confidence', '1 0.5 0.5 0.2 0.4 0.45 0.4 2 0.5 0.6 1 0.88'],
])('%s behind the box: %s', (_, line) => {
  const file = { ...text('a.txt', line), beside: CLASSES };
  expect(yolo.sniff(file)).toBe(true);
  expect(yolo.parse(file)).toMatchObject({
    problems: [],
    images: [{ annotations: [{ label: 'traffic light', shape: BOX }] }],
  });
});

test('a track that could be a coordinate is taken for a track, and that is said', () => {
  const { images, problems } = yolo.parse({ ...text('a.txt', '1 0.5 0.5 0.2 0.4 0.93 1'), beside: CLASSES });
  expect(images[0]!.annotations[0]!.shape).toEqual(BOX);
  expect(problems).toEqual(['line 1: its last number is read as that of a track']);
});

test('an outline with a confidence and a track keeps its points', () => {
  const { images } = yolo.parse({ ...text('a.txt', '1 0.1 0.1 0.9 0.1 0.9 0.9 0.1 0.9 0.55 12'), beside: CLASSES });
  expect(images[0]!.annotations[0]!.shape).toEqual({
    kind: 'polygon',
    rings: [[0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.9]],
  });
});

test.each(['data.yaml', 'data.yml', 'dataset.yaml', 'dataset.yml', 'my poses.yaml'])('poses by %s', (name) => {
  const points = Array.from({ length: 5 }, (_, i) => `0.4${i} 0.5${i}`).join(' ');
  const file = {
    ...text('a.txt', `0 0.5 0.5 0.2 0.4 ${points}\n0 0.5 0.5 0.2 0.4 ${points} 0.9 3\n0 0.5 0.5 0.2 0.4 0.9 0.1 0.2`),
    beside: beside(name, 'kpt_shape: [5, 2]\nnames: {0: cat}\n'),
  };
  const { images, problems } = yolo.parse(file);
  expect(images[0]!.annotations.map(({ shape }) => shape)).toEqual([BOX, BOX, null]);
  expect(problems).toEqual([
    'line 3: it has 7 numbers after its class, but a pose of 5 × 2 has 14; "cat" counts as present, not drawn',
  ]);
});

test('the key points may stand in another file than the names', () => {
  const files = new Map([
    ['classes.txt', Buffer.from('cat\n')],
    ['pose.yaml', Buffer.from('kpt_shape: [1, 2]\n')],
  ]);
  const { images } = yolo.parse({ ...text('a.txt', '0 0.5 0.5 0.2 0.4 0.45 0.4'), beside: files });
  expect(images[0]!.annotations[0]!.shape).toEqual(BOX);
});

test('coordinates in pixels are YOLO with a problem, not another format', () => {
  const file = { ...text('a.txt', '0 20 27 20 25\n1 100 110 300 120 240 400\n'), beside: CLASSES };
  expect(yolo.sniff(file)).toBe(true);
  const { images, problems } = yolo.parse(file);
  expect(images[0]!.annotations.map(({ label, shape }) => [label, shape])).toEqual([
    ['cat', null],
    ['traffic light', null],
  ]);
  expect(problems[0]).toContain('its coordinates are not fractions of the image');
});

test('an empty file says that nothing is there: of named classes, that they are absent', () => {
  for (const content of ['', '\n \n']) {
    expect(yolo.sniff(text('a.txt', content))).toBe(true);
    expect(yolo.parse(text('a.txt', content))).toMatchObject({
      labels: null,
      problems: [],
      images: [{ annotations: [] }],
    });
  }
  expect(yolo.parse({ ...text('a.txt', ''), beside: CLASSES }).labels).toEqual(['cat', 'traffic light']);
});

test('where a class cannot be read, none is absent', () => {
  const { images } = yolo.parse({ ...text('a.txt', '0 0.5 0.5 0.2 0.4\nbird 0.1 0.1 0.1 0.1\n'), beside: CLASSES });
  expect(images[0]!.labels).toEqual([]);
});

test.each(['notes.txt', 'readme.txt'])('%s is none', (name) => {
  for (const content of ['Hello world', 'take 3 of 5 and 7 or 9', 'Car 0 0 -1.6 587 173 614 200', '1 2 3'])
    expect(yolo.sniff(text(name, content))).toBe(false);
});

test('malformed: names instead of numbers', () => {
  expectError(
    yolo,
    text('bad.txt', '\ncat 0.5 0.5 0.1 0.1\n'),
    'bad.txt:2',
    'Line 2 of the YOLO file begins with "cat" instead of a class number, and no other line is better.',
  );
});

test('a number without a name, and poses: only the box is a region', () => {
  const beside = new Map([['data.yaml', Buffer.from('kpt_shape: [2, 3]\nnames:\n  0: cat\n  1: dog\n')]]);
  const file = yolo.parse({
    ...text('a.txt', '5 0.5 0.5 0.1 0.1\n0 0.5 0.5 1 1 0.1 0.1 2 0.2 0.2 2'),
    beside,
  });
  expect(file.problems).toEqual(['line 1: class 5 has no name, because the list next to the file ends at 1']);
  expect(file.images[0]!.annotations.map(({ label, shape }) => [label, shape?.kind])).toEqual([
    ['5', 'box'],
    ['cat', 'box'],
  ]);
});

test.each([
  ['data.yaml', "names: [cat, \"a, b\", 'it''s'] # three", ['cat', 'a, b', "it's"]],
  ['data.yaml', 'nc: 2\nnames:\n- cat\n-  dog # the other\ntrain: x', ['cat', 'dog']],
  ['data.yaml', 'names:\n  0: cat\n  1: "dog"\nnc: 2', ['cat', 'dog']],
  ['data.yaml', 'names: {0: cat, 1: dog}', ['cat', 'dog']],
  ['data.yaml', 'names: [cat,\n  dog]\n', ['cat', 'dog']],
  ['classes.txt', 'cat\r\ndog\r\n\r\n', ['cat', 'dog']],
  ['obj.names', 'cat', ['cat']],
])('names in %s: %j', (file, content, names) =>
  expect([...classNames(new Map([[file, Buffer.from(content)]]))!.values()]).toEqual(names),
);

test('the store finds the names two folders above, and reads again when they change', async () => {
  const root = mkdtempSync(join(tmpdir(), 'yolo-'));
  try {
    for (const folder of ['images', 'labels/train']) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'data.yaml'), 'names: [cat, dog]');
    writeFileSync(join(root, 'labels/train/a.txt'), '1 0.5 0.5 0.5 0.5\n');
    writeFileSync(join(root, 'labels/train/empty.txt'), '');
    const store = new AnnotationStore();
    const of = (name: string) =>
      store.annotationsOf({
        path: join(root, `images/${name}.png`),
        ids: [],
        size: [100, 200],
        labels: ['cat', 'dog', 'cow'],
        aliases: {},
        sources: [{ path: join(root, 'labels/**/*.txt') }],
      });
    expect(await of('a')).toMatchObject({
      states: { 0: 'absent', 1: 'drawn' },
      annotations: [{ label: 'dog', shape: { kind: 'box', x: 50, y: 25, width: 100, height: 50 } }],
    });
    expect((await of('empty')).states).toEqual({ 0: 'absent', 1: 'absent' });
    writeFileSync(join(root, 'data.yaml'), 'names: [cow, cat, dog]');
    expect((await of('a')).states).toEqual({ 0: 'drawn', 1: 'absent', 2: 'absent' });
  } finally {
    rmSync(root, { recursive: true });
  }
});
