import { expect, test } from 'vitest';
import { parseGlob } from '../../../src/explainers/files/glob.ts';

test.each([
  ['/d/*.json', '/d', false, ['/d/a.json', '/d/.json'], ['/d/a.csv', '/d/x/a.json', '/e/a.json']],
  ['/d/**/*.json', '/d', true, ['/d/a.json', '/d/x/y/a.json'], ['/d/a.jsonc', '/a.json']],
  ['/d/**', '/d', false, ['/d/a', '/d/x/a'], ['/e/a']],
  ['/d/{a,b?}.csv', '/d', false, ['/d/a.csv', '/d/b1.csv'], ['/d/b.csv', '/d/{a,b}.csv']],
  ['/d/x*/l.(1).json', '/d', true, ['/d/x/l.(1).json', '/d/xy/l.(1).json'], ['/d/x/l1.json']],
  ['C:\\d\\*.csv', 'C:/d', false, ['C:\\d\\a.csv'], ['C:\\e\\a.csv']],
])('%s', (pattern, base, deep, yes, no) => {
  const glob = parseGlob(pattern)!;
  expect(glob).toMatchObject({ base, deep });
  expect(yes.filter((path) => !glob.matches(path))).toEqual([]);
  expect(no.filter((path) => glob.matches(path))).toEqual([]);
});

test('a plain path is no glob', () => expect(parseGlob('/d/a (1).json')).toBeNull());

test('no pattern takes long', () => {
  const glob = parseGlob(`/${'**/*a*'.repeat(40)}/${'{a,b}'.repeat(40)}`)!;
  expect(glob.matches(`/${'a'.repeat(250)}/${'aaaa/'.repeat(200)}b`)).toBe(false);
});
