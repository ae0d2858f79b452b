import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { colormap, colormaps, defaultColormap, suitableColormap } from '../../../src/explainers/overlay/colormap.ts';

const reference = readFileSync(new URL('fixtures/colormaps.bin', import.meta.url));
const ORDER = 'inferno magma plasma viridis cividis turbo jet gray RdBu_r seismic coolwarm PuOr_r'.split(' ');

test.each(ORDER.map((id, i) => [id, i] as const))('%s is matplotlib’s', (id, i) => {
  expect(Buffer.compare(colormap(id)!.table, reference.subarray(i * 768, (i + 1) * 768))).toBe(0);
});

test('every map is listed once, diverging ones are neutral in the middle', () => {
  expect(colormaps.map(({ id }) => id).sort()).toEqual([...ORDER].sort());
  for (const { diverging, table } of colormaps) {
    const spread = (at: number) =>
      Math.max(...table.subarray(at * 3, at * 3 + 3)) - Math.min(...table.subarray(at * 3, at * 3 + 3));
    if (diverging) for (const at of [127, 128]) expect(spread(at)).toBeLessThan(12);
  }
});

test('values with a sign get a map around zero, others one that begins there', () => {
  expect(defaultColormap(true).diverging).toBe(true);
  expect(defaultColormap(false).id).toBe('inferno');
  expect(suitableColormap('turbo', false).id).toBe('turbo');
  expect(suitableColormap('turbo', true).diverging).toBe(true);
  expect(suitableColormap('seismic', true).id).toBe('seismic');
  expect(suitableColormap('nothing', false).id).toBe('inferno');
  expect(colormap('nothing')).toBeUndefined();
});
