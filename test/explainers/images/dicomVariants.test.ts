// What DICOM allows, or writers do, and the parser underneath does not read by itself.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findImages } from '../../../src/explainers/cli/flags/imageFiles.ts';
import { decodeImage } from '../../../src/explainers/images/decode.ts';
import { expandedTable } from '../../../src/explainers/images/dicom/segmentedTable.ts';
import { fixturePath } from './fixtures.ts';

const PIXELS = Buffer.from('e07f1000', 'hex');
const SEQUENCE_END = Buffer.from('feffdde000000000', 'hex');
const fileOf = (name: string) => readFileSync(fixturePath(`dicom/${name}`));
const samplesOf = async (bytes: Uint8Array) =>
  (await decodeImage({ path: 'a.dcm', bytes: new Uint8Array(bytes) })).data;

/** An element with a length of four bytes. */
function element(tag: string, vr: string, value: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from(`${vr}\0\0`), length, value]);
}

const NUMBERS = Buffer.alloc(16, 7);

test.each(['explicit.dcm', 'jpegLs.dcm', 'rle.dcm'])(
  '%s with elements of OV, SV and UV before the pixels, and in a sequence',
  async (name) => {
    const plain = fileOf(name);
    const at = plain.lastIndexOf(PIXELS);
    const item = Buffer.concat([
      Buffer.from('feff00e0ffffffff', 'hex'),
      element('09001010', 'UV', NUMBERS),
      Buffer.from('feff0de000000000', 'hex'),
    ]);
    const sequence = Buffer.concat([
      Buffer.from('09001110', 'hex'),
      Buffer.from('SQ\0\0'),
      Buffer.from('ffffffff', 'hex'),
      item,
      SEQUENCE_END,
    ]);
    const more = [element('e07f0100', 'OV', NUMBERS), element('09001210', 'SV', NUMBERS), sequence];
    const longer = Buffer.concat([plain.subarray(0, at), ...more, plain.subarray(at)]);
    expect(await samplesOf(longer)).toEqual(await samplesOf(plain));
  },
);

test('a delimiter after the fragments with an undefined length', async () => {
  const odd = Buffer.from(fileOf('jpegLs.dcm'));
  const at = odd.lastIndexOf(SEQUENCE_END);
  expect(at).toBeGreaterThan(0);
  odd.writeUInt32LE(0xffffffff, at + 4);
  expect(await samplesOf(odd)).toEqual(await samplesOf(fileOf('jpegLs.dcm')));
});

test('malformed: an element of OV that is longer than the file', async () => {
  const plain = fileOf('explicit.dcm');
  const at = plain.lastIndexOf(PIXELS);
  const broken = Buffer.concat([plain.subarray(0, at), element('e07f0100', 'OV', NUMBERS), plain.subarray(at)]);
  broken.writeUInt32LE(0x7fffffff, at + 8);
  await expect(samplesOf(broken)).rejects.toMatchObject({ kind: 'image', next: expect.any(String) });
});

test.each([
  ['values, then a ramp', [0, 2, 10, 20, 1, 2, 40], 4, [10, 20, 30, 40]],
  ['a segment repeated', [0, 2, 5, 6, 2, 1, 0, 0], 4, [5, 6, 5, 6]],
  ['a ramp without a value before it', [1, 2, 40], 2, null],
  ['too few', [0, 1, 7], 3, null],
  ['an unknown operation', [9, 1, 7], 1, null],
  ['a repetition of a repetition', [2, 1, 0, 0], 1, null],
])('segments of a palette: %s', (_, words, count, entries) => {
  expect(expandedTable(words, true, count)).toEqual(entries);
});

test('in a folder, DICOM files without an ending are found by their first bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scan-'));
  try {
    for (const name of ['IM0001', '1.2.840.99.1', 'b.dcm']) writeFileSync(join(folder, name), fileOf('explicit.dcm'));
    writeFileSync(join(folder, 'notes'), 'x'.repeat(200));
    const found = await findImages([folder], '/');
    expect(found.map(({ path }) => path.slice(folder.length + 1))).toEqual(['1.2.840.99.1', 'IM0001', 'b.dcm']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
