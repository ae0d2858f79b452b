import { expect, test } from 'vitest';
import type { Image } from '../../../src/explainers/images/image.ts';
import { colormap } from '../../../src/explainers/overlay/colormap.ts';
import { compose, lineWidth, SHAPE_COLORS, shapeColor } from '../../../src/explainers/overlay/compose.ts';
import { drawLines } from '../../../src/explainers/overlay/lines.ts';

const plain = (data: Image['data'], size: readonly [number, number], channels: 1 | 3, max = 255): Image => ({
  size,
  channels,
  data,
  max,
  format: 'test',
  notes: [],
  ids: [],
});

test('grey, 16-bit and colour images become 8-bit RGB', () => {
  expect([...compose(plain(Uint8Array.of(0, 128, 255, 7), [2, 2], 1), {})]).toEqual([
    0, 0, 0, 128, 128, 128, 255, 255, 255, 7, 7, 7,
  ]);
  expect([...compose(plain(Uint16Array.of(65535, 0, 32768), [1, 1], 3, 65535), {})]).toEqual([255, 0, 128]);
  expect([...compose(plain(Float32Array.of(127.4), [1, 1], 1), {})]).toEqual([127, 127, 127]);
});

test('a heatmap covers the image as its opacity says; where nothing was seen the image stays', () => {
  const colorMap = colormap('inferno')!;
  const options = { colorMap, range: { min: 0, max: 1 }, opacity: 1, alpha: 'constant' } as const;
  const image = plain(Uint8Array.of(9, 9, 9), [1, 3], 1);
  const rgb = compose(image, { heatmap: { values: Float32Array.of(0, 1, Number.NaN), options } });
  expect([...rgb]).toEqual([...colorMap.table.subarray(0, 3), ...colorMap.table.subarray(765), 9, 9, 9]);
  expect([...image.data]).toEqual([9, 9, 9]);
});

test('a box is drawn where it is, over everything, and nothing next to it changes', () => {
  const image = plain(new Uint8Array(100 * 120).fill(50), [100, 120], 1);
  const color = shapeColor(0);
  const rgb = compose(image, { shapes: [{ shape: { kind: 'box', x: 30, y: 20, width: 40, height: 50 }, color }] });
  const pixel = (x: number, y: number) => [...rgb.subarray((y * 120 + x) * 3, (y * 120 + x) * 3 + 3)];
  expect(pixel(50, 45)).toEqual([50, 50, 50]);
  expect(pixel(10, 10)).toEqual([50, 50, 50]);
  // The edge x = 30 lies between two pixels, which share the line.
  for (const x of [29, 30]) expect(Math.abs(pixel(x, 45)[0]! - color[0])).toBeLessThan(40);
  for (const y of [69, 70]) expect(Math.abs(pixel(50, y)[1]! - color[1])).toBeLessThan(90);
});

test('lines are antialiased, keep their weight at any angle, and are covered once where they meet', () => {
  const ink = (points: number[], width: number) => {
    const rgb = new Uint8Array(200 * 200 * 3);
    drawLines(rgb, [200, 200], [{ points, closed: false }], [255, 255, 255], width);
    return rgb.reduce((sum, v) => sum + v, 0) / 3 / 255;
  };
  for (const angle of [0, 0.3, 0.8, 1.2, Math.PI / 2]) {
    const [dx, dy] = [70 * Math.cos(angle), 70 * Math.sin(angle)];
    expect(ink([100 - dx, 100 - dy, 100 + dx, 100 + dy], 3)).toBeGreaterThan(140 * 3 * 0.97);
    expect(ink([100 - dx, 100 - dy, 100 + dx, 100 + dy], 3)).toBeLessThan((140 + 3) * 3 * 1.03);
  }
  expect(ink([20, 20, 180, 20, 20, 20], 2)).toBeCloseTo(ink([20, 20, 180, 20], 2), 5);
});

test('lines far outside cost nothing and draw nothing', () => {
  const rgb = new Uint8Array(30 * 30 * 3);
  const far = { points: [-1e9, -1e9, -1e9, 1e9, -5, 1e9], closed: false };
  drawLines(rgb, [30, 30], [far], [255, 255, 255], 2);
  expect(rgb.some((v) => v > 0)).toBe(false);
  drawLines(rgb, [30, 30], [{ points: [-1e9, 15, 1e9, 15], closed: false }], [255, 255, 255], 2);
  expect(rgb[15 * 90]).toBe(255);
});

test('colours repeat by class, lines grow with the picture', () => {
  expect(shapeColor(SHAPE_COLORS.length + 1)).toEqual(SHAPE_COLORS[1]);
  expect(shapeColor(null)).toEqual(SHAPE_COLORS.at(-1));
  expect(lineWidth([100, 100])).toBe(1.25);
  expect(lineWidth([2800, 1000])).toBe(10);
});
