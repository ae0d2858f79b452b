import { expect, test } from 'vitest';
import { ImageIndex } from '../../../../src/explainers/annotations/match/names.ts';

const index = (...images: string[]) => new ImageIndex(images);

test.each([
  ['the file name', ['a.png', 'b.png'], '/data/a.png', [], ['a.png']],
  ['case aside', ['A.PNG'], '/data/a.png', [], ['A.PNG']],
  ['another folder', ['images/a.png'], '/data/a.png', [], ['images/a.png']],
  ['backslashes', ['images\\a.png'], 'C:\\data\\images\\a.png', [], ['images\\a.png']],
  ['no ending', ['a', 'b'], '/data/a.dcm', [], ['a']],
  ['another ending', ['a.png'], '/data/a.dcm', [], ['a.png']],
  ['a UID as name', ['1.2.840.113.7'], '/data/1.2.840.113.7.dcm', [], ['1.2.840.113.7']],
  ['a UID inside', ['1.2.840.113.7'], '/data/IM000001', ['1.2.840.113.7'], ['1.2.840.113.7']],
  [
    'CheXlocalize',
    ['patient1_study2_view1_frontal'],
    '/d/patient1/study2/view1_frontal.jpg',
    [],
    ['patient1_study2_view1_frontal'],
  ],
  ['the closest folder', ['train/1.png', 'val/1.png'], '/data/val/1.png', [], ['val/1.png']],
  ['more folders agree', ['x/s1/v.jpg', 'y/s1/v.jpg'], '/d/y/s1/v.jpg', [], ['y/s1/v.jpg']],
  ['the same entry twice', ['a.png', 'a.png'], '/data/a.png', [], ['a.png', 'a.png']],
  ['nothing', ['ab.png'], '/data/b.png', [], []],
  ['names that repeat need their folder', ['p1/v.jpg', 'p2/v.jpg'], '/data/p3/v.jpg', [], []],
])('%s', (_, entries, path, ids, expected) => {
  const match = index(...entries).find({ path, ids });
  expect(match.places.map((place) => entries[place])).toEqual(expected);
  expect(match.ambiguous).toEqual([]);
});

test.each([
  [['a.png', 'a.jpg'], '/data/a.dcm'],
  [['v1/s1/a.png', 'v2/s1/a.png'], '/data/s1/a.png'],
])('%j could all be %s: none is taken', (entries, path) => {
  expect(index(...entries).find({ path, ids: [] })).toEqual({ places: [], ambiguous: entries });
});
