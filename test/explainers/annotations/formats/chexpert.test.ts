import { expect, test } from 'vitest';
import { chexpert } from '../../../../src/explainers/annotations/formats/labels/chexpert.ts';
import { ImageIndex } from '../../../../src/explainers/annotations/match/names.ts';
import { expectAsTheTools, expectError, fixture, matched, text } from '../fixture.ts';

const LABELS = ['No Finding', 'Cardiomegaly', 'Edema', 'Pleural Effusion'];
const request = (path: string) => ({ path, ids: [], size: [9, 9] as const, labels: LABELS, aliases: {} });

test('as the two sets publish it', () => expectAsTheTools(chexpert));

test('uncertain and unmentioned are neither present nor absent', () => {
  const file = chexpert.parse(fixture('chexpert/files/train.csv'));
  expect(matched(request('x/train/patient00001/study1/view1_frontal.jpg'), [file]).states).toEqual({
    1: 'uncertain',
    2: 'present',
    3: 'absent',
  });
});

test.each([
  ['zeros', { 1: 'absent', 2: 'present', 3: 'absent' }],
  ['ones', { 1: 'present', 2: 'present', 3: 'absent' }],
] as const)('U-%s', (uncertain, states) => {
  const file = { ...chexpert.parse(fixture('chexpert/files/train.csv')), uncertain };
  const said = matched(request('x/train/patient00001/study1/view1_frontal.jpg'), [file]);
  expect(said.states).toEqual(states);
  if (uncertain === 'ones')
    expect(said.annotations.map(({ label, line }) => [label, line])).toContainEqual(['Cardiomegaly', 3]);
  else expect(said.absentIn?.find(({ classes }) => classes.includes(1))).toMatchObject({ line: 3 });
});

test('a study’s row is about all images in its folder', () => {
  const { images } = chexpert.parse(fixture('chexpert/files/mimic-cxr-2.0.0-chexpert.csv'));
  const index = new ImageIndex(images.map(({ image }) => image));
  const found = (path: string) => index.find({ path, ids: [] }).places;
  expect(found('files/p10/p10000002/s50000002/0a1b-22.jpg')).toEqual([2]);
  expect(found('files/p10/p10000002/s50000009/0a1b-22.jpg')).toEqual([]);
  expect(found('s50000001.jpg')).toEqual([]);
});

test.each([
  [
    'no finding',
    'Path,Sex,Age,Frontal/Lateral\na.jpg,F,60,Frontal\n',
    'The file has no column of a finding with 1, 0, -1 or nothing.',
  ],
  [
    'no rows with images',
    'Path,Sex,Age,Frontal/Lateral,Edema\n,F,60,Frontal,1\n',
    'The CheXpert file has no readable row.',
  ],
])('malformed: %s', (_, content, message) => expectError(chexpert, text('bad.csv', content), 'bad.csv:1', message));
