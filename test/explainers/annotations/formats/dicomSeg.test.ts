import { expect, test } from 'vitest';
import { dicomSeg } from '../../../../src/explainers/annotations/formats/dicomSeg.ts';
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
