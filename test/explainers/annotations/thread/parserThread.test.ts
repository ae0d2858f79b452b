// Nothing that an annotation file holds blocks the process: masks and large files are parsed on a thread, in a time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segmentRuns } from '../../../../src/explainers/annotations/files/segmentPng.ts';
import { cocoPanoptic } from '../../../../src/explainers/annotations/formats/cocoPanoptic.ts';
import { formatOf, formats } from '../../../../src/explainers/annotations/formats/formats.ts';
import { labelStudio } from '../../../../src/explainers/annotations/formats/labelStudio.ts';
import { maskImage } from '../../../../src/explainers/annotations/formats/maskImage.ts';
import { checkCount, MOST_RUNS } from '../../../../src/explainers/annotations/shapes/runLists.ts';
import { encodeRuns } from '../../../../src/explainers/annotations/shapes/runs.ts';
import { parsed, parsedOnThread } from '../../../../src/explainers/annotations/thread/parserThread.ts';
import { Joined, partsOf } from '../../../../src/explainers/annotations/thread/parts.ts';
import type { AnnotatedImage } from '../../../../src/explainers/contracts/labels/annotation.ts';
import { encodePng } from '../../../../src/explainers/images/encode.ts';
import { fixture, fixtures, text } from '../fixture.ts';

/** Big-endian bits. */
function bits(values: readonly (readonly [value: number, width: number])[]): number[] {
  const all = values.flatMap(([value, width]) =>
    Array.from({ length: width }, (_, i) => Math.floor(value / 2 ** (width - 1 - i)) % 2),
  );
  return Array.from({ length: Math.ceil(all.length / 8) }, (_, byte) =>
    Array.from({ length: 8 }, (_, i) => all[8 * byte + i] ?? 0).reduce((sum, bit) => 2 * sum + bit, 0),
  );
}

/** Some kilobytes: many regions of one brush, each of 8192 × 8192 pixels, in runs that are as long as they can be. */
function slowFile() {
  const side = 8192;
  const run = [[1, 1], [3, 2], [65535, 16], [255, 8]] as const; // biome-ignore format: a run
  const lengths = [3, 7, 11, 15].map((length) => [length, 4] as const);
  const runs = Array.from({ length: (4 * side * side) / 65536 }, () => run).flat();
  const rle = bits([[4 * side * side, 32], [7, 5], ...lengths, ...runs]);
  const value = { format: 'rle', rle, brushlabels: ['cat'] };
  const result = Array(500).fill({ type: 'brushlabels', original_width: side, original_height: side, value });
  return text('slow.json', JSON.stringify([{ data: { image: 'a.png' }, annotations: [{ result }] }]));
}

describe('a file that takes long', () => {
  test('is refused after its time; meanwhile other files are read, and afterwards too', async () => {
    const order: string[] = [];
    const slow = parsedOnThread(labelStudio, slowFile(), 1500);
    slow.catch(() => order.push('slow'));
    const mask = fixture('maskImage/files/p1_mask.png');
    await parsedOnThread(maskImage, mask);
    order.push('another');
    await expect(slow).rejects.toMatchObject({
      kind: 'annotation',
      subject: expect.stringContaining('slow.json'),
      message: 'slow.json could not be read within 1.5 s, which is the limit for its size.',
      next: expect.any(String),
    });
    expect(order).toEqual(['another', 'slow']);
    expect(await parsedOnThread(maskImage, mask)).toEqual(maskImage.parse(mask));
  });

  test('masks and large files go to a thread, and small texts do not', async () => {
    // No function can go there.
    const uncloneable = { path: 'a.csv', extra: () => 1 };
    const csv = formats.find(({ id }) => id === 'boxCsv')!;
    const header = 'filename,width,height,class,xmin,ymin,xmax,ymax\n';
    const small = { ...uncloneable, bytes: Buffer.from(`${header}a.png,9,9,cat,1,1,3,3\n`) };
    expect((await parsed(csv, small)).images).toHaveLength(1);
    const large = { ...uncloneable, bytes: Buffer.from(header + 'a.png,9,9,cat,1,1,3,3\n'.repeat(10_000)) };
    await expect(parsed(csv, large)).rejects.toThrow(/clone/);
    const mask = { ...fixture('maskImage/files/p1_mask.png'), extra: () => 1 };
    await expect(parsed(maskImage, mask)).rejects.toThrow(/clone/);
    const { bytes, path } = large;
    expect((await parsed(csv, { bytes, path })).images[0]!.annotations).toHaveLength(10_000);
  });

  test('every format whose files hold masks says so', () => {
    const masks = formats.filter((format) => format.masks).map(({ id }) => id);
    expect(masks).toEqual(['cvat', 'dicomSeg', 'labelme', 'labelStudio', 'labelStudioMin', 'maskImage']);
  });
});

test.each(formats.map((format) => [format.id, format] as const))('%s: the same on a thread', async (id, format) => {
  const files = fixtures()
    .map(fixture)
    .filter((file) => formatOf(file)?.id === id);
  expect(files).not.toEqual([]);
  for (const file of files) {
    expect(structuredClone(await parsedOnThread(format, file))).toEqual(format.parse(file));
  }
});

test('what a format refuses is refused, and a defect is named with its place', async () => {
  const broken = text('a.json', '[{"annotations": [{"result": [');
  const refusal = await parsedOnThread(labelStudio, broken).catch((thrown: unknown) => thrown);
  expect(refusal).toMatchObject({ kind: 'annotation', subject: expect.stringContaining('a.json') });
  const defect = await parsedOnThread(labelStudio, { path: 'a.json' } as never).catch((thrown: unknown) => thrown);
  expect(defect).toMatchObject({ stack: expect.stringMatching(/TypeError/) });
});

test('images come in parts of a bounded size, and are put together again', () => {
  const image = fc.record({
    image: fc.string(),
    annotations: fc.array(fc.integer().map((n) => ({ label: String(n), shape: null }))),
  });
  fc.assert(
    fc.property(fc.array(image), fc.integer({ min: 1, max: 9 }), (images, most) => {
      const joined = new Joined();
      for (const part of partsOf(images as unknown as AnnotatedImage[], most)) {
        const weight = part.images.reduce((sum, { annotations }) => sum + annotations.length, 0);
        expect(weight).toBeLessThanOrEqual(most);
        expect(part.images.length).toBeLessThanOrEqual(most);
        joined.add(structuredClone(part));
      }
      expect(joined.images).toEqual(images);
    }),
  );
});

describe('the masks of a picture of segments', () => {
  const size = [5, 7] as const;
  const colours = (ids: readonly number[]) => Uint8Array.from(ids.flatMap((id) => [id % 256, id >> 8, 0]));

  test('are those of each segment by itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(0, 1, 2, 300), { minLength: 35, maxLength: 35 }), async (ids) => {
        const { runs } = segmentRuns(await encodePng(colours(ids), size), size, [1, 2, 300])!;
        for (const id of [1, 2, 300]) {
          const mask = Uint8Array.from(ids, (each) => (each === id ? 1 : 0));
          expect(runs.get(id)).toEqual(mask.includes(1) ? encodeRuns(mask, size) : undefined);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('are none where it has another size or other colours', async () => {
    const png = await encodePng(colours(Array(35).fill(7)), size);
    expect(segmentRuns(png, size, [7])!.runs.get(7)).toEqual([0, 35]);
    expect(segmentRuns(png, [7, 5], [7])).toBeNull();
    expect(segmentRuns(png, size, [8])).toBeNull();
    expect(segmentRuns(Uint8Array.of(1, 2), size, [7])).toBeNull();
  });
});

test('a file of many images yields while it is read', () => {
  const images = Array.from({ length: 2000 }, (_, id) => ({ id, file_name: `${id}.png`, height: 4, width: 4 }));
  const annotations = images.map(({ id }) => ({ image_id: id, segments_info: [] }));
  const file = text('a.json', JSON.stringify({ images, annotations, categories: [] }));
  const steps = cocoPanoptic.index!(file, async () => null);
  let count = 0;
  while (!steps.next().done) count++;
  expect(count).toBeGreaterThanOrEqual(8);
});

test('a mask of noise is refused before its runs fill the memory', () => {
  const stripes = new Uint8Array(2 * MOST_RUNS + 4096);
  for (let i = 0; i < stripes.length; i += 2) stripes[i] = 1;
  expect(() => encodeRuns(stripes, [stripes.length, 1])).toThrow(/runs of pixels/);
  expect(() => checkCount(MOST_RUNS)).not.toThrow();
});
