import { expect, test } from 'vitest';
import { fileOf } from '../../src/extension/findings/place.ts';

test.each([
  ['a line of a file', { file: '/set/labels.csv', line: 3, image: '/set/a.png' }, '/set/labels.csv'],
  ['a file without lines', { file: '/set/labels.csv', line: null, image: '/set/a.png' }, '/set/labels.csv'],
  ['a folder per class', { file: '/set', line: null, image: '/set/cat/a.png' }, '/set/cat/a.png'],
  ['a file next to a folder of a similar name', { file: '/set/a', line: null, image: '/set/ab/a.png' }, '/set/a'],
])('%s', (_, finding, file) => expect(fileOf(finding)).toBe(file));
