import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { dicomSeg } from '../../../../src/explainers/annotations/formats/dicomSeg.ts';
import { formatOf } from '../../../../src/explainers/annotations/formats/formats.ts';
import { decoded } from '../../../../src/explainers/annotations/search/openFile.ts';
import { rasterize } from '../../../../src/explainers/annotations/shapes/rasterize.ts';
import { decodeRuns, runsFromText } from '../../../../src/explainers/annotations/shapes/runs.ts';
import { expectAsTheTools, expectError, fixture } from '../fixture.ts';

test('bits, shares and segment numbers as highdicom reads them', () => {
  expectAsTheTools(dicomSeg);
  for (const name of ['binary seg.dcm', 'fractional seg.dcm', 'labelmap.dcm']) {
    const file = dicomSeg.parse(fixture(`dicomSeg/files/${name}`));
    expect(file).toMatchObject({ problems: [], labels: ['Lung opacity', 'Mass'] });
  }
  expect(dicomSeg.parse(fixture('dicomSeg/files/binary seg.dcm')).images[0]!.annotations.map(({ id }) => id)).toEqual([
    '1',
    '2',
  ]);
});

const good = fixture('dicomSeg/files/binary seg.dcm').bytes;
/** Little-endian value of a 16-bit element: group, element, 'US', length 2. */
function patched(group: number, element: number, value: number): Uint8Array {
  const copy = Buffer.from(good);
  const tag = Buffer.from([group & 255, group >> 8, element & 255, element >> 8, 0x55, 0x53, 2, 0]);
  const at = copy.lastIndexOf(tag);
  expect(at).toBeGreaterThan(0);
  copy.writeUInt16LE(value, at + 8);
  return copy;
}

test.each([
  [
    'more rows than pixels',
    patched(0x28, 0x10, 60000),
    ':PixelData',
    'The DICOM segmentation has fewer pixels than it declares, so it is truncated.',
  ],
  ['no rows', patched(0x28, 0x10, 0), ':Rows', 'The DICOM segmentation declares an invalid size.'],
  ['odd samples', patched(0x28, 0x100, 7), ':BitsAllocated', 'The DICOM segmentation has samples of 7 bits.'],
  ['cut off', good.subarray(0, 2000), '', 'The DICOM segmentation is damaged or cut off.'],
])('malformed: %s', (_, bytes, where, message) =>
  expectError(dicomSeg, { path: 'bad.dcm', bytes }, `bad.dcm${where}`, message),
);

test('a frame of a segment that has no name is listed', () => {
  const { problems } = dicomSeg.parse({ path: 'a.dcm', bytes: patched(0x62, 0x0b, 9) });
  expect(problems).toEqual(['frame 2: segment 9 has no name']);
});

describe('compressed', () => {
  const SIZE = [64, 64] as const;
  const { href } = new URL('../../../fixtures/annotations/dicomSeg/compressed.json.gz', import.meta.url);
  const samples = JSON.parse(gunzipSync(readFileSync(fileURLToPath(href))).toString()) as Record<
    string,
    { dicom: string; masks: { image: string; label: string; mask: string }[] }
  >;
  const sample = (name: string) => ({ path: `/set/${name}`, bytes: Buffer.from(samples[name]!.dicom, 'hex') });

  test.each(Object.keys(samples))('%s: the masks that pydicom reads, pixel by pixel', async (name) => {
    const file = sample(name);
    expect(formatOf(file)).toBe(dicomSeg);
    const { images, problems } = dicomSeg.parse(await decoded(dicomSeg, file));
    expect(problems).toEqual([]);
    const found = images.flatMap(({ image, annotations }) =>
      annotations.map(({ label, shape }) => ({ image, label, mask: [...rasterize(shape!, SIZE)].map(Number) })),
    );
    const masks = samples[name]!.masks.map(({ mask, ...each }) => ({
      ...each,
      mask: [...decodeRuns(runsFromText(mask)!, SIZE)].map(Number),
    }));
    expect(masks.length).toBeGreaterThan(0);
    expect(found).toEqual(masks);
  });

  /** Everything after the header of the pixels, changed. */
  function damaged(name: string, change: (pixels: Buffer) => Buffer): Uint8Array {
    const { bytes } = sample(name);
    const at = bytes.lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x42]));
    expect(at).toBeGreaterThan(0);
    return Buffer.concat([bytes.subarray(0, at + 12), change(bytes.subarray(at + 12))]);
  }

  test.each([
    ['rle binary seg.dcm', (pixels: Buffer) => pixels.subarray(0, 200)],
    ['jpegls fractional seg.dcm', (pixels: Buffer) => pixels.fill(0x55, 60, 200)],
    ['j2k labelmap.dcm', (pixels: Buffer) => pixels.fill(0x55, 24, 40)],
    ['deflated frames binary seg.dcm', (pixels: Buffer) => pixels.fill(0xff, 24, 60)],
  ])('%s, damaged, is an error that names the file', async (name, change) => {
    const bytes = damaged(name, change);
    const reading = async () => dicomSeg.parse(await decoded(dicomSeg, { path: '/set/bad.dcm', bytes }));
    await expect(reading()).rejects.toMatchObject({
      kind: 'annotation',
      subject: '/set/bad.dcm',
      next: expect.stringMatching(/./),
    });
  });

  test('more frames than there are compressed ones', async () => {
    const { bytes } = sample('rle binary seg.dcm');
    // (0028,0008) IS, two bytes.
    const at = bytes.indexOf(Buffer.from([0x28, 0, 8, 0, 0x49, 0x53, 2, 0]));
    expect(bytes.toString('latin1', at + 8, at + 10).trim()).toBe('2');
    bytes.write('9 ', at + 8, 'latin1');
    await expect(decoded(dicomSeg, { path: '/set/bad.dcm', bytes })).rejects.toMatchObject({
      kind: 'annotation',
      message: expect.stringContaining('2 compressed parts for 9 frames'),
    });
  });

  test('without its decoded frames it says so', () => {
    const { bytes } = sample('rle binary seg.dcm');
    expectError(dicomSeg, { path: 'bad.dcm', bytes }, 'bad.dcm:PixelData', 'The DICOM segmentation is compressed ("1.2.840.10008.1.2.5"), which is not supported.'); // biome-ignore format: one line
  });
});
