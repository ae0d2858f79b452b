// Masks that are no PNG, and masks by colour, as the store reads them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mayBeMask } from '../../../../src/explainers/annotations/files/maskPicture.ts';
import { rasterize } from '../../../../src/explainers/annotations/shapes/rasterize.ts';
import { AnnotationStore } from '../../../../src/explainers/annotations/store.ts';
import { writeBmp } from '../../images/writeBmp.ts';

const [HEIGHT, WIDTH] = [12, 16];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'masks-'));
  mkdirSync(join(root, 'masks'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** RGB; a block of 4 × 3 pixels from (2, 1) in one colour, one of 5 × 4 from (8, 6) in another. */
function picture(first: readonly number[], second: readonly number[]): Buffer {
  const rgb = Buffer.alloc(3 * HEIGHT * WIDTH);
  const fill = (left: number, top: number, wide: number, high: number, colour: readonly number[]) => {
    for (let y = top; y < top + high; y++)
      for (let x = left; x < left + wide; x++) for (const [c, v] of colour.entries()) rgb[3 * (y * WIDTH + x) + c] = v;
  };
  fill(2, 1, 4, 3, first);
  fill(8, 6, 5, 4, second);
  return rgb;
}

const raw = (rgb: Buffer) => sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const WHITE = [255, 255, 255];

async function areas(name: string): Promise<Record<string, number>> {
  const store = new AnnotationStore();
  const request = {
    path: join(root, 'a.png'),
    ids: [],
    size: [HEIGHT, WIDTH] as const,
    labels: ['cat', 'dog', 'mask'],
    aliases: {},
  };
  const { annotations } = await store.annotationsOf({ ...request, sources: [{ path: join(root, 'masks', name) }] });
  const area = (shape: NonNullable<(typeof annotations)[number]['shape']>) =>
    rasterize(shape, [HEIGHT, WIDTH]).reduce((sum, v) => sum + v, 0);
  return Object.fromEntries(annotations.map(({ label, shape }) => [label, shape ? area(shape) : 0]));
}

test.each([
  ['a.jpg', (rgb: Buffer) => raw(rgb).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()],
  ['a.tif', (rgb: Buffer) => raw(rgb).toColourspace('b-w').tiff({ compression: 'lzw' }).toBuffer()],
  ['a_mask.bmp', async (rgb: Buffer) => writeBmp(rgb, [HEIGHT, WIDTH])],
])('%s', async (name, encoded) => {
  writeFileSync(join(root, 'masks', name), await encoded(picture(WHITE, WHITE)));
  expect(await areas(name)).toEqual({ mask: 32 });
});

const LABELMAP = '# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:128,0,0::\ndog:0,128,0::\n';

test.each([[false], [true]])('by colour with labelmap.txt, from a palette: %s', async (palette) => {
  writeFileSync(join(root, 'labelmap.txt'), LABELMAP);
  writeFileSync(
    join(root, 'masks', 'a.png'),
    await raw(picture([128, 0, 0], [0, 128, 0]))
      .png({ palette })
      .toBuffer(),
  );
  expect(await areas('a.png')).toEqual({ cat: 12, dog: 20 });
});

test('a colour that the list does not name is a problem', async () => {
  writeFileSync(join(root, 'labelmap.txt'), LABELMAP);
  writeFileSync(
    join(root, 'masks', 'a.png'),
    await raw(picture([128, 0, 0], [9, 9, 9]))
      .png()
      .toBuffer(),
  );
  const store = new AnnotationStore();
  const request = { path: join(root, 'a.png'), ids: [], size: [HEIGHT, WIDTH] as const, labels: ['cat'], aliases: {} };
  const said = await store.annotationsOf({ ...request, sources: [{ path: join(root, 'masks') }] });
  expect(said.problems).toEqual([
    'a.png: 20 pixels have a colour that labelmap.txt does not name, and count as outside',
  ]);
});

test('malformed: a picture that is cut off', async () => {
  const whole = await raw(picture(WHITE, WHITE)).jpeg().toBuffer();
  writeFileSync(join(root, 'masks', 'a.jpg'), whole.subarray(0, 300));
  const store = new AnnotationStore();
  const opened = store.open({ path: join(root, 'masks', 'a.jpg') });
  await expect(opened).rejects.toMatchObject({
    kind: 'annotation',
    message: expect.stringContaining('The mask cannot be read'),
  });
});

test.each([
  ['set/masks/a.jpg', true],
  ['set/a_mask.jpg', true],
  ['set/with_mask/a.jpg', false],
  ['masked ball/a.jpg', false],
  ['set/lung-masks/a.png', true],
])('%s may be a mask: %s', (path, is) => expect(mayBeMask(path)).toBe(is));
