import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorReport } from '../../../src/explainers/errors.ts';
import { decodeImage } from '../../../src/explainers/images/decode.ts';
import { decodeBase64, distance, type Expected, fixturePath, readGolden } from './fixtures.ts';

interface ExpectedDicom extends Expected {
  readonly tolerance: number;
  readonly uid: string;
  /** Only every so manieth row was kept. */
  readonly everyRow?: number;
}

const golden = readGolden<{ files: Record<string, ExpectedDicom> }>('dicom.golden.json');

describe('pixels are those of pydicom: modality, window, MONOCHROME1', () => {
  test.each(Object.entries(golden.files))('%s', async (name, expected) => {
    const path = fixturePath(`dicom/${name}`);
    const image = await decodeImage(path);
    expect(image).toMatchObject({
      format: 'dicom',
      size: expected.size,
      channels: expected.channels,
      max: expected.max,
      ids: [expected.uid],
    });
    const row = expected.size[1] * expected.channels;
    const every = expected.everyRow ?? 1;
    const kept = Array.from(image.data).filter((_, i) => Math.floor(i / row) % every === 0);
    expect(distance(kept, decodeBase64(expected.samples, expected.dtype))).toBeLessThanOrEqual(expected.tolerance);
    if (expected.note === null) expect(image.notes).toEqual([]);
    else expect(image.notes.join('; ')).toContain(expected.note);
  });
});

function edited(name: string, edit: (bytes: Buffer) => Buffer): Uint8Array {
  return new Uint8Array(edit(Buffer.from(readFileSync(fixturePath(`dicom/${name}`)))));
}

/** Replaces a 16-bit value of an explicit little-endian element. */
function withUint16(tag: readonly number[], value: number) {
  return (bytes: Buffer) => {
    const at = bytes.indexOf(Buffer.from([...tag, 0x55, 0x53, 2, 0]));
    expect(at).toBeGreaterThan(0);
    bytes.writeUInt16LE(value, at + 8);
    return bytes;
  };
}

const ROWS = [0x28, 0, 0x10, 0];
const COLUMNS = [0x28, 0, 0x11, 0];
const ALLOCATED = [0x28, 0, 0, 1];

describe('what cannot be shown is refused in one sentence', () => {
  test.each([
    ['cut off', edited('explicit.dcm', (b) => b.subarray(0, -9)), /damaged or truncated DICOM/],
    ['cut off in a codestream', edited('jpeg2000.dcm', (b) => b.subarray(0, -200)), /damaged or truncated DICOM/],
    [
      'too large',
      edited('explicit.dcm', (b) => withUint16(ROWS, 60000)(withUint16(COLUMNS, 60000)(b))),
      /too large: its header says 60000 × 60000/,
    ],
    ['fewer pixels than rows', edited('explicit.dcm', withUint16(ROWS, 900)), /its pixels are cut off/],
    [
      'another size than its codestream',
      edited('jpeg2000.dcm', withUint16(ROWS, 30)),
      /its compressed frame is 44 × 34 × 1, but its header says 44 × 30 × 1/,
    ],
    [
      'another size than its jpeg',
      edited('jpegGrey.dcm', withUint16(COLUMNS, 99)),
      /its compressed frame is 22 × 17 × 1/,
    ],
    ['no rows', edited('explicit.dcm', withUint16(ROWS, 0)), /has no pixels/],
    ['24 bits', edited('explicit.dcm', withUint16(ALLOCATED, 24)), /24 bits per sample/],
  ])('%s', async (_name, bytes, message) => {
    const report = await decodeImage({ path: '/somewhere/scan.dcm', bytes }).then(
      () => null,
      (thrown) => errorReport(thrown),
    );
    expect(report).toMatchObject({ kind: 'image', subject: '/somewhere/scan.dcm', next: expect.any(String) });
    expect(report!.message).toMatch(message);
    expect(report!.message).toMatch(/^scan\.dcm /);
  });
});

const DATA = process.env['SALIENCY_LENS_DATA'] ?? resolve('../shared/data');
const RADIOGRAPH = join(DATA, 'dicom-pydicom/RG1_J2KI.dcm');

describe.skipIf(!existsSync(RADIOGRAPH))(`real radiographs (skipped: not found in ${DATA})`, () => {
  /** Means over what makeDicom.py's monochrome() makes of them, plain and weighted by position. */
  test.each([
    ['dicom-pydicom/RG1_J2KI.dcm', [1955, 1841], ['inverted (MONOCHROME1)'], 192.170583437, -0.70436874],
    ['dicom-pydicom/RG3_J2KI.dcm', [1760, 1760], ['inverted (MONOCHROME1)'], 177.50016089, 0.69419896],
    [
      'images/dicom/1.2.276.0.7230010.3.1.4.8323329.6904.1517875201.850819.dcm',
      [1024, 1024],
      [],
      160.398038864,
      116.28654766,
    ],
  ] as const)('%s', async (name, size, notes, mean, weighted) => {
    const image = await decodeImage(join(DATA, name));
    expect(image).toMatchObject({ size, channels: 1, max: 255, notes: expect.arrayContaining([...notes]) });
    let [sum, moment] = [0, 0];
    image.data.forEach((value, i) => {
      sum += value;
      moment += value * ((i % 997) - 498);
    });
    expect(sum / image.data.length).toBeCloseTo(mean, 5);
    expect(moment / image.data.length).toBeCloseTo(weighted, 4);
  });
});
