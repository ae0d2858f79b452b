import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cocoPanoptic } from '../../../../src/explainers/annotations/formats/cocoPanoptic.ts';
import { AnnotationStore } from '../../../../src/explainers/annotations/store.ts';
import { encodePng } from '../../../../src/explainers/images/encode.ts';
import { fixture, matched } from '../fixture.ts';

describe('COCO panoptic', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'saliency-lens-panoptic-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('segments by their boxes; what has none is absent', () => {
    const parsed = cocoPanoptic.parse(fixture('cocoPanoptic/files/panoptic_val.json'));
    expect(parsed.labels).toEqual(['car', 'person', 'sky']);
    expect(parsed.images.map(({ image, annotations }) => [image, annotations.map(({ label }) => label)])).toEqual([
      ['street 1.jpg', ['car', 'sky']],
      ['street 2.jpg', []],
    ]);
    const request = { path: 'street 1.jpg', ids: [], size: [6, 8] as const, labels: ['person', 'car'], aliases: {} };
    expect(matched(request, [parsed]).states).toEqual({ 0: 'absent', 1: 'drawn' });
  });

  test('by the PNG of its segments where that lies there, and not by a picture of the same name', async () => {
    const path = join(folder, 'panoptic_val.json');
    writeFileSync(path, fixture('cocoPanoptic/files/panoptic_val.json').bytes);
    const ask = async () => {
      const request = {
        path: join(folder, 'street 1.jpg'),
        ids: [],
        size: [6, 8] as const,
        labels: ['car'],
        aliases: {},
      };
      const { annotations } = await new AnnotationStore().annotationsOf({ ...request, sources: [{ path }] });
      return annotations.find(({ label }) => label === 'car')!.shape;
    };
    const colours = new Uint8Array(6 * 8 * 3);
    // 66051 = 3 + 2 · 256 + 1 · 65536
    for (const pixel of [17, 18, 19, 25, 26]) colours.set([3, 2, 1], pixel * 3);
    writeFileSync(
      join(folder, 'street 1.png'),
      await encodePng(
        colours.map((v) => v + 7),
        [6, 8],
      ),
    );
    expect(await ask()).toEqual({ kind: 'box', x: 1, y: 2, width: 3, height: 2 });
    mkdirSync(join(folder, 'panoptic_val'));
    writeFileSync(join(folder, 'panoptic_val/street 1.png'), await encodePng(colours, [6, 8]));
    expect(await ask()).toMatchObject({ kind: 'runs', size: [6, 8], counts: [8, 2, 4, 2, 4, 1, 27] });
  });
});
