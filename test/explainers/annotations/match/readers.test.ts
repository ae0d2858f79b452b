import { expect, test } from 'vitest';
import { vindr } from '../../../../src/explainers/annotations/formats/vindr.ts';
import {
  combinedReaders,
  readerAgreement,
  readerMasks,
  readersOf,
} from '../../../../src/explainers/annotations/match/readers.ts';
import { matched, text } from '../fixture.ts';

const SIZE = [10, 20] as const;
// R1 and R2 overlap by half of each, R3 drew only another class, R4 nothing at all.
const rows = [
  'a,Mass,R1,0,0,10,10',
  'a,Mass,R2,5,0,15,10',
  'a,Edema,R3,0,0,2,2',
  'a,No finding,R4,,,,',
  'b,Mass,R9,0,0,5,5',
];
const file = vindr.parse(text('train.csv', `image_id,class_name,rad_id,x_min,y_min,x_max,y_max\n${rows.join('\n')}\n`));
const of = (path: string) =>
  matched({ path, ids: [], size: SIZE, labels: ['Mass', 'Edema', 'Hernia'], aliases: {} }, [file]);

test('each reader, and all of them by union, majority and intersection', () => {
  const { annotations } = of('a.dcm');
  expect(readersOf(annotations)).toEqual(['R1', 'R2', 'R3', 'R4']);
  const area = (mask: Uint8Array | null) => mask?.reduce((sum, v) => sum + v, 0);
  expect(readerMasks(annotations, 0, SIZE).map(({ reader, mask }) => [reader, area(mask)])).toEqual([
    ['R1', 100],
    ['R2', 100],
    ['R3', 0],
    ['R4', 0],
  ]);
  expect(area(combinedReaders(annotations, 0, SIZE, 'union'))).toBe(150);
  // Two of four are half of them.
  expect(area(combinedReaders(annotations, 0, SIZE, 'majority'))).toBe(50);
  expect(area(combinedReaders(annotations, 0, SIZE, 'intersection'))).toBe(0);
  expect(combinedReaders(annotations, 2, SIZE, 'union')).toBeNull();
});

test('agreement: pairs of whom one drew nothing have none, pairs of whom neither did do not count', () => {
  expect(readerAgreement(of('a.dcm').annotations, SIZE)).toEqual([
    // R1 and R2: 50 of 150; four pairs with one of them: 0; R3 and R4: not counted.
    { index: 0, label: 'Mass', readers: ['R1', 'R2', 'R3', 'R4'], drew: 2, iou: 1 / 3 / 5 },
    { index: 1, label: 'Edema', readers: ['R1', 'R2', 'R3', 'R4'], drew: 1, iou: 0 },
  ]);
});

test('one reader is no agreement', () => expect(readerAgreement(of('b.dcm').annotations, SIZE)).toEqual([]));

test('what the match reports of an image has it', () => {
  expect(of('a.dcm').readers).toEqual(readerAgreement(of('a.dcm').annotations, SIZE));
  expect(of('b.dcm').readers).toBeUndefined();
});
