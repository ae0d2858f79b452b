import { expect, test } from 'vitest';
import { nih } from '../../../../src/explainers/annotations/formats/nih.ts';
import { fixture, text, thrown } from '../fixture.ts';

const BOX = { kind: 'box', x: 210.5, y: 402.25, width: 180, height: 96.5 };

test.each([
  ['BBox_List_2017.csv', 2],
  ['resaved.csv', 2],
])('%s: the boxes, by position under the odd header', (name, first) => {
  const file = nih.parse(fixture(`nih/files/${name}`));
  expect(file.problems).toEqual([]);
  expect(file.labels).toBeNull();
  expect(file.images.map(({ image, size, annotations }) => [image, size, annotations.length])).toEqual([
    ['00000099_001.png', [1024, 1024], 3],
    ['00000101_000.png', [1024, 1024], 1],
    ['00000102_010.png', [1024, 1024], 1],
  ]);
  const [effusion, infiltrate] = file.images[0]!.annotations;
  expect(effusion).toEqual({ label: 'Effusion', shape: BOX, line: first });
  expect(infiltrate).toMatchObject({ label: 'Infiltrate', line: first + 1 });
});

test('Data_Entry: labels of the whole image; what is not named is absent', () => {
  const file = nih.parse(fixture('nih/files/Data_Entry_2017.csv'));
  expect(file.problems).toEqual([]);
  expect(file.labels).toHaveLength(15);
  expect(file.images).toEqual([
    {
      image: '00000099_001.png',
      size: null,
      annotations: [
        { label: 'Effusion', shape: null, line: 2 },
        { label: 'Infiltration', shape: null, line: 2 },
      ],
    },
    {
      image: '00000101_000.png',
      size: null,
      annotations: [
        { label: 'Cardiomegaly', shape: null, line: 3 },
        { label: 'Pleural_Thickening', shape: null, line: 3 },
      ],
    },
    { image: '00000103_000.png', size: null, annotations: [{ label: 'No Finding', shape: null, line: 4 }] },
  ]);
});

const HEADER = 'Image Index,Finding Label,Bbox [x,y,w,h],,,';

test.each([
  [
    'a.png,Mass,1,2,x,4',
    'line 2: a.png: its box holds a value that is not a number; "Mass" counts as present, not drawn',
  ],
  [
    'a.png,Mass,1,2,3',
    'line 2: a.png: its box holds a value that is not a number; "Mass" counts as present, not drawn',
  ],
  ['a.png,Mass,1,2,0,4', 'line 2: a.png: its box is 0 wide and 4 high; "Mass" counts as present, not drawn'],
  ['a.png,Mass,2000,2,3,4', 'line 2: a.png: its box lies outside the image; "Mass" counts as present, not drawn'],
  [
    'a.png,Mass,1,2,1e999,4',
    'line 2: a.png: its box holds a value that is not a number; "Mass" counts as present, not drawn',
  ],
])('%s', (row, problem) => {
  const file = nih.parse(text('b.csv', `${HEADER}\r\n${row}\r\n`));
  expect(file.problems).toEqual([problem]);
  expect(file.images).toEqual([
    { image: 'a.png', size: [1024, 1024], annotations: [{ label: 'Mass', shape: null, line: 2 }] },
  ]);
});

test.each([
  [
    'an open quote',
    `${HEADER}\na.png,"Mass,1,2,3,4\nb.png,Mass,1,2,3,4\n`,
    2,
    'Line 2 of the NIH file has a quote that is never closed.',
  ],
  ['no rows', HEADER, 1, 'The NIH file has no readable row.'],
  ['rows of nothing', `${HEADER}\n,,,,,\n`, 1, 'The NIH file has no readable row.'],
  [
    'another header',
    'image,label\na.png,Mass',
    1,
    'The first line is neither "Image Index,Finding Label,Bbox [x,y,w,h]" nor "Image Index,Finding Labels,…".',
  ],
])('malformed: %s', (_, content, line, message) => {
  const report = thrown(() => nih.parse(text('bad.csv', content)));
  expect(report).toMatchObject({ kind: 'annotation', message, subject: `bad.csv:${line}` });
  expect(report.next).toBeTruthy();
});
