import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageIn, nameIn } from '../../../src/extension/results/imageNames.ts';
import { checkResults } from '../../../src/extension/results/resultsRequests.ts';

// The page names images as the results do, and no other file.

const filter = {
  ...{ index: null, method: null, outcome: null, score: null, metric: null },
  ...{ lowAgreement: false, image: '', findings: false },
};
const sort = { by: null, down: true };

describe('what the page of results may request', () => {
  it('is what its own code sends', () => {
    checkResults('ready', {});
    checkResults('rows', { filter, sort, from: 0, count: 200, metrics: ['iou'] });
    const full = { ...filter, index: 3, method: 'gradCam', outcome: 'wrong', score: [0, 1], metric: { id: 'iou', range: [0, Number.MAX_VALUE] } }; // biome-ignore format: one line
    checkResults('rows', { filter: full, sort: { by: 'iou', down: false }, from: 5, count: 1, metrics: [] });
    checkResults('summary', { filter, metric: 'iou' });
    checkResults('pictures', { images: ['a/b.png'], side: 280 });
    checkResults('open', { filter, sort, at: 3 });
  });

  it.each([
    ['ready', { folder: '/etc' }],
    ['rows', { filter, sort, from: 0, count: 1e6, metrics: [] }],
    ['rows', { filter: { ...filter, items: [] }, sort, from: 0, count: 1, metrics: [] }],
    ['rows', { filter, sort: { by: '../x', down: true }, from: 0, count: 1, metrics: [] }],
    ['pictures', { images: Array.from({ length: 65 }, String), side: 280 }],
    ['pictures', { images: ['a'], side: 4096 }],
    ['open', { filter, sort, at: -1 }],
  ] as const)('%s is refused with %j', (method, params) => {
    expect(() => checkResults(method, params)).toThrow(`unknown form ('${method}')`);
  });

  it('names of images stay within their folder', () => {
    const folder = path.resolve('/data/images');
    expect(imageIn(folder, 'a/b.png')).toBe(path.join(folder, 'a', 'b.png'));
    expect(nameIn(folder, path.join(folder, 'a', 'b.png'))).toBe('a/b.png');
    for (const name of ['', '.', '../b.png', 'a/../../b.png', '/etc/passwd']) expect(imageIn(folder, name)).toBeNull();
    expect(imageIn(null, 'a.png')).toBeNull();
  });
});
