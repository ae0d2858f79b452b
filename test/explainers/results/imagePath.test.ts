import path from 'node:path';
import { expect, test } from 'vitest';
import { imagePath } from '../../../src/explainers/results/imagePath.ts';

test('names of images stay within their folder', () => {
  const folder = path.resolve('/data/images');
  expect(imagePath(folder, 'a/b.png')).toBe(path.join(folder, 'a', 'b.png'));
  expect(imagePath(folder, '..b.png')).toBe(path.join(folder, '..b.png'));
  for (const name of ['', '.', '..', '../b.png', 'a/../../b.png', '/etc/passwd', `${folder}2/b.png`]) {
    expect(imagePath(folder, name), name).toBeNull();
  }
});
