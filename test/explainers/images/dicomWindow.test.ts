import { describe, expect, test } from 'vitest';
import { errorReport } from '../../../src/explainers/errors.ts';
import { decodeImage } from '../../../src/explainers/images/decode.ts';

/** Elements of explicit VR, little endian. */
function element(group: number, number: number, vr: string, value: Uint8Array | string | readonly number[]): Buffer {
  const body =
    typeof value === 'string'
      ? Buffer.from(value.length % 2 ? `${value} ` : value, 'latin1')
      : value instanceof Uint8Array
        ? Buffer.from(value)
        : Buffer.from(new Uint16Array(value).buffer);
  const long = ['OB', 'OW', 'OF', 'OD'].includes(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(body.length, 8);
  else head.writeUInt16LE(body.length, 6);
  return Buffer.concat([head, body]);
}

/** Values 0, 100 … 1500 of 12 bits in 4 × 4 pixels, with more elements behind those of the layout. */
function file(more: readonly Buffer[], pixels: Buffer = element(0x7fe0, 0x10, 'OW', VALUES)): Uint8Array {
  return new Uint8Array(
    Buffer.concat([
      element(0x0008, 0x0018, 'UI', '1.2.3'),
      element(0x0028, 0x0002, 'US', [1]),
      element(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
      element(0x0028, 0x0010, 'US', [4]),
      element(0x0028, 0x0011, 'US', [4]),
      element(0x0028, 0x0100, 'US', [16]),
      element(0x0028, 0x0101, 'US', [12]),
      element(0x0028, 0x0102, 'US', [11]),
      element(0x0028, 0x0103, 'US', [0]),
      ...more,
      pixels,
    ]),
  );
}

const VALUES = Array.from({ length: 16 }, (_, i) => i * 100);
const [CENTER, WIDTH] = [700, 600];
const window = (center: string, width: string, name?: string) => [
  element(0x0028, 0x1050, 'DS', center),
  element(0x0028, 0x1051, 'DS', width),
  ...(name === undefined ? [] : [element(0x0028, 0x1056, 'CS', name)]),
];

const linear = (v: number) => Math.min(1, Math.max(0, (v - (CENTER - 0.5)) / (WIDTH - 1) + 0.5));
const exact = (v: number) => Math.min(1, Math.max(0, (v - CENTER) / WIDTH + 0.5));
const sigmoid = (v: number) => 1 / (1 + Math.exp((-4 * (v - CENTER)) / WIDTH));

describe('the function of a window, however it is spelled (PS3.3 C.11.2.1.2 and .3)', () => {
  test.each([
    [undefined, linear],
    ['LINEAR', linear],
    ['linear', linear],
    [' Linear ', linear],
    ['LINEAR_EXACT', exact],
    ['linear_exact', exact],
    ['Linear Exact', exact],
    ['LINEAR-EXACT', exact],
    ['SIGMOID', sigmoid],
    ['sigmoid ', sigmoid],
    ['SIGMOID\\LINEAR', sigmoid],
  ])('%s', async (name, expected) => {
    const bytes = file(window(String(CENTER), String(WIDTH), name));
    const image = await decodeImage({ path: 'a.dcm', bytes });
    for (const [i, v] of VALUES.entries()) expect(image.data[i]).toBeCloseTo(255 * expected(v), 3);
    expect(image.notes.join()).not.toContain('none of');
  });

  test.each(['LIN', 'constructor', 'LOG'])('%s is none: taken as LINEAR, and that is said', async (name) => {
    const image = await decodeImage({ path: 'a.dcm', bytes: file(window(String(CENTER), String(WIDTH), name)) });
    for (const [i, v] of VALUES.entries()) expect(image.data[i]).toBeCloseTo(255 * linear(v), 3);
    expect(image.notes.join()).toContain(
      `its window function "${name}" is not defined by DICOM, and is taken as LINEAR`,
    );
  });

  test('a window without a width is none, and the note does not say that there was none in the file', async () => {
    const { notes } = await decodeImage({ path: 'a.dcm', bytes: file(window('700', '0')) });
    expect(notes).toEqual(['its window (centre 700, width 0) is invalid: full range 0 … 1500']);
    const { notes: without } = await decodeImage({ path: 'a.dcm', bytes: file([]) });
    expect(without).toEqual(['no window in the file: full range 0 … 1500']);
  });
});

test.each([
  [0x0008, 'OF', 4, '32-bit floats (Float Pixel Data)'],
  [0x0009, 'OD', 8, '64-bit floats (Double Float Pixel Data)'],
] as const)('pixels of element 7FE0,%s are called what they are', async (number, vr, size, name) => {
  const bytes = file([], element(0x7fe0, number, vr, new Uint8Array(16 * size)));
  const report = await decodeImage({ path: 'a.dcm', bytes }).then(
    () => expect.unreachable(),
    (thrown) => errorReport(thrown),
  );
  expect(report).toMatchObject({
    kind: 'image',
    message: `a.dcm is a DICOM file of a kind that is not supported: its pixels are ${name}.`,
  });
});
