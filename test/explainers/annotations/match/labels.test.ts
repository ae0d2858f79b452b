import { expect, test } from 'vitest';
import { labelMatcher } from '../../../../src/explainers/annotations/match/labels.ts';

const chest = ['Atelectasis', 'Infiltration', 'Effusion', 'Pleural_Thickening', 'No Finding', 'Mass', 'Lung Opacity'];
const photos = [
  'tench, Tinca tinca',
  'crane, a bird',
  'crane',
  'Egyptian cat',
  'Persian cat, Persian',
  'cat-bear',
  'CAT BEAR',
];

test.each([
  ['Mass', 5],
  ['mass ', 5],
  ['pleural thickening', 3],
  ['Pleural-Thickening', 3],
  ['Infiltrate', 1],
  ['Pleural Effusion', 2],
  ['Airspace Opacity', 6],
  ['No finding', 4],
  ['Nodule/Mass', null],
  ['Massive', null],
  ['', null],
])('chest: %s is class %s', (label, index) => {
  expect(labelMatcher(chest).index(label)).toBe(index);
});

test.each([
  ['tench', 0],
  ['Tinca_tinca', 0],
  ['n02124075 Egyptian cat', 3],
  ['persian', 4],
  ['crane', 2],
  ['cat-bear', 5],
  ['cat bear', null],
])('photos: %s is class %s', (label, index) => {
  expect(labelMatcher(photos).index(label)).toBe(index);
});

test.each([
  [{ Egyptian_Mau: 'Egyptian cat' }, 'Egyptian Mau', 3],
  [{ 'Egyptian cat': 'Egyptian_Mau' }, 'Egyptian Mau', 3],
  [{ Mau: 'no such class' }, 'Mau', null],
  [{ crane: 'tench' }, 'CRANE', 0],
])('the card’s aliases %j: %s is class %s', (aliases, label, index) => {
  expect(labelMatcher(photos, aliases).index(label)).toBe(index);
});
