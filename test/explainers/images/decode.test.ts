import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { hasImageEnding, IMAGE_ENDINGS, imageEndings } from '../../../src/explainers/contracts/imageEndings.ts';
import { errorReport } from '../../../src/explainers/errors.ts';
import { decodeImage, imageFormats } from '../../../src/explainers/images/decode.ts';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { decodeBase64, distance, type Expected, fixturePath, readGolden } from './fixtures.ts';

const golden = readGolden<{ files: Record<string, Expected> }>('raster.golden.json');
const folder = mkdtempSync(join(tmpdir(), 'saliency-lens-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function failure(run: Promise<unknown>) {
  return run.then(
    () => null,
    (thrown) => errorReport(thrown),
  );
}

describe('samples are those PIL reads', () => {
  test.each(Object.entries(golden.files))('%s', async (name, expected) => {
    const path = fixturePath(`raster/${name}`);
    const image = await decodeImage(path);
    expect({ size: image.size, channels: image.channels, max: image.max }).toEqual({
      size: expected.size,
      channels: expected.channels,
      max: expected.max,
    });
    const samples = decodeBase64(expected.samples, expected.dtype);
    expect(distance(image.data, samples)).toBeLessThanOrEqual(expected.dtype === 'float32' ? 2e-5 : 0);
    if (expected.note === null) expect(image.notes).toEqual([]);
    else expect(image.notes.join('; ')).toContain(expected.note);
    expect(hasImageEnding(path)).toBe(true);
  });

  test('a browser is given the file itself only where it shows these very samples', async () => {
    const asIs = [];
    for (const name of Object.keys(golden.files)) {
      const { browserMime } = await decodeImage(fixturePath(`raster/${name}`));
      if (browserMime !== undefined) asIs.push(name);
    }
    const plain =
      /^(rgb|grey|palette|palette4bit|oneBit|profile)\.png$|^(rgb|progressive|full|half|grey|restart)\.jpg$|^(lossy|lossless)\.webp$/;
    expect(asIs.sort()).toEqual(
      Object.keys(golden.files)
        .filter((name) => plain.test(name))
        .sort(),
    );
  });
});

test('the format is found by content, not by name', async () => {
  const path = written('really-a-jpeg.png', readFileSync(fixturePath('raster/rgb.jpg')));
  expect((await decodeImage(path)).format).toBe('jpeg');
});

/** The header of a NIfTI-1 volume, and some voxels. */
function nifti(): Uint8Array {
  const bytes = Buffer.alloc(4000, 1);
  bytes.writeInt32LE(348, 0);
  bytes.write('n+1\0', 344, 'latin1');
  return bytes;
}

describe('what is no image says so in one sentence', () => {
  test.each([
    ['notes.png', 'Hello, this is a text file.\nMore.', 'begins with the text “Hello, this is a text file.”'],
    ['empty.png', '', 'is empty'],
    ['zeros.png', new Uint8Array(100), 'zeros only'],
    ['movie.jpg', Buffer.from('GIF89a........'), 'damaged or truncated GIF'],
    ['paper.tif', '%PDF-1.7', 'is a PDF document'],
    ['lfs.dcm', 'version https://git-lfs.github.com/spec/v1\noid sha256:0', 'is a Git LFS pointer'],
    ['login.jpg', '<!DOCTYPE html><html>', 'is an HTML page'],
    ['drawing.png', '<?xml version="1.0"?><svg xmlns="x"/>', 'is an SVG drawing'],
    ['photo.jpg', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'), 'is a HEIC picture'],
    ['array.png', Buffer.from('\x93NUMPY\x01\0', 'latin1'), 'is a damaged or truncated NumPy array'],
    ['volume.nii', nifti(), 'is a NIfTI volume, a format'],
    ['volume.nii.gz', gzipSync(nifti()), 'is a NIfTI volume, gzipped, a format'],
    ['notes.png', gzipSync('Hello'), 'is a gzip archive, not an image'],
    ['random.bin', Uint8Array.of(1, 200, 3, 150, 5, 0, 7, 8, 9), 'begins with the bytes 01 c8 03 96 05 00 07 08'],
  ])('%s', async (name, content, message) => {
    const path = written(name, content);
    const report = await failure(decodeImage(path));
    expect(report).toMatchObject({ kind: 'image', subject: path, next: expect.any(String) });
    expect(report!.message).toContain(`${name} is`);
    expect(report!.message).toContain(message);
  });

  test('a folder, a missing file', async () => {
    expect(await failure(decodeImage(folder))).toMatchObject({
      kind: 'image',
      message: expect.stringContaining('is a folder'),
    });
    const missing = join(folder, 'nowhere.png');
    expect(await failure(decodeImage(missing))).toMatchObject({
      kind: 'image',
      subject: missing,
      message: 'nowhere.png does not exist.',
    });
  });
});

/** A PNG that is nothing but its header. */
function pngHeader(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.set([8, 2, 0, 0, 0], 24);
  return bytes;
}

describe('limits hold before anything is allocated', () => {
  test('a 60,000 × 60,000 header', async () => {
    const report = await failure(decodeImage(written('huge.png', pngHeader(60000, 60000))));
    expect(report).toMatchObject({
      kind: 'image',
      message: 'huge.png is too large: its header says 60000 × 60000 pixels, and the limit is 268,435,456.',
    });
  });

  test('a header within the limit that its bytes cannot hold', async () => {
    const report = await failure(decodeImage(written('bomb.png', pngHeader(16000, 16000))));
    expect(report!.message).toContain('33 bytes cannot hold its 16000 × 16000 pixels');
  });

  test('a jpeg, a bmp and a tiff header', async () => {
    const jpeg = Buffer.from(readFileSync(fixturePath('raster/rgb.jpg')));
    const sof = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(60000, sof + 5);
    jpeg.writeUInt16BE(60000, sof + 7);
    const bmp = Buffer.from(readFileSync(fixturePath('raster/rgb.bmp')));
    bmp.writeInt32LE(60000, 18);
    bmp.writeInt32LE(60000, 22);
    const tiff = Buffer.from(readFileSync(fixturePath('raster/rgb.tif')));
    const ifd = tiff.readUInt32LE(4);
    for (let i = 0; i < tiff.readUInt16LE(ifd); i++) {
      const entry = ifd + 2 + 12 * i;
      if ([256, 257].includes(tiff.readUInt16LE(entry))) tiff.writeUInt32LE(60000, entry + 8);
    }
    for (const [name, bytes] of Object.entries({ 'a.jpg': jpeg, 'a.bmp': bmp, 'a.tif': tiff })) {
      const report = await failure(decodeImage(written(name, bytes)));
      expect(report, name).toMatchObject({ kind: 'image', message: expect.stringContaining('too large') });
    }
  });
});

describe('a truncated file is an error, not half a picture', () => {
  const names = [
    'rgb.jpg',
    'progressive.jpg',
    'rgb.png',
    'lossy.webp',
    'lossless.webp',
    'rgb.bmp',
    'rle8.bmp',
    'rgb.tif',
    'lzw.tif',
  ];
  test.each(names)('%s', async (name) => {
    const bytes = readFileSync(fixturePath(`raster/${name}`));
    for (const share of [0.97, 0.8, 0.5]) {
      const path = written(`cut-${name}`, bytes.subarray(0, Math.floor(bytes.length * share)));
      const report = await failure(decodeImage(path));
      expect(report, `${share}`).toMatchObject({ kind: 'image', subject: path });
      expect(report!.message).toMatch(/damaged or truncated/);
    }
  });

  test('a jpeg whose middle is missing but whose end mark is there', async () => {
    const bytes = readFileSync(fixturePath('raster/rgb.jpg'));
    const report = await failure(
      decodeImage(
        written('hole.jpg', Buffer.concat([bytes.subarray(0, bytes.length - 200), Buffer.from([0xff, 0xd9])])),
      ),
    );
    expect(report).toMatchObject({ kind: 'image', message: expect.stringContaining('damaged or truncated JPEG') });
  });
});

describe('a note where few of the 16 bits are used', () => {
  const png = (largest: number) =>
    sharp(new Uint16Array(Array.from({ length: 64 }, (_, i) => Math.round((largest * i) / 63))), {
      raw: { width: 8, height: 8, channels: 1 },
    })
      .toColourspace('grey16')
      .png()
      .toBuffer();

  test.each([
    [255, 8, '0.9922'],
    [1023, 10, '3.981'],
    [1500, 11, '7.965'],
    [4000, 12, '15.93'],
    [4095, 12, '15.93'],
    [16383, 14, '63.75'],
  ])('largest value %s', async (largest, bits, scale) => {
    const image = await decodeImage({ path: 'a.png', bytes: new Uint8Array(await png(largest)) });
    expect(image.data.at(-1)).toBe(largest);
    expect(image.notes).toEqual([
      `its largest value is ${largest} of 65535, which fits in ${bits} of its 16 bits: unless it is just dark, set input.scale in the model card (${scale} for ${bits} bits, where it was 255)`,
    ]);
  });

  test.each([0, 16384, 40000, 65535])('none for a largest value of %s', async (largest) => {
    const image = await decodeImage({ path: 'a.png', bytes: new Uint8Array(await png(largest)) });
    expect(image.notes).toEqual([]);
  });
});

test('pixels that the library would make up are no picture: a PNG with a wrong check sum, a JPEG with lost restarts', async () => {
  const png = new Uint8Array(readFileSync(fixturePath('raster/rgb.png')));
  png[png.length - 20]! ^= 1;
  const jpeg = readFileSync(fixturePath('raster/restart.jpg'));
  const restart = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1]! >= 0xd0 && jpeg[i + 1]! <= 0xd7);
  const lost = Buffer.concat([jpeg.subarray(0, restart - 8), Buffer.alloc(3, 0x55), jpeg.subarray(restart)]);
  const cut = Buffer.from(readFileSync(fixturePath('raster/rle8.bmp')));
  for (const [path, bytes] of [
    ['a.png', png],
    ['a.jpg', new Uint8Array(lost)],
    ['a.bmp', new Uint8Array(cut.subarray(0, -7))],
  ] as const) {
    const report = await failure(decodeImage({ path, bytes }));
    expect(report, path).toMatchObject({ kind: 'image', message: expect.stringContaining('damaged or truncated') });
  }
});

test('junk after a jpeg, which PIL reads too, does no harm', async () => {
  const bytes = readFileSync(fixturePath('raster/rgb.jpg'));
  const plain = await decodeImage(fixturePath('raster/rgb.jpg'));
  const trailing = await decodeImage({ path: 'x.jpg', bytes: Buffer.concat([bytes, Buffer.alloc(99, 7)]) });
  const before = await decodeImage({
    path: 'x.jpg',
    bytes: Buffer.concat([bytes.subarray(0, -2), Buffer.from([0, 0, 0]), bytes.subarray(-2)]),
  });
  expect(distance(trailing.data, plain.data)).toBe(0);
  expect(distance(before.data, plain.data)).toBe(0);
});

test('what encodePng writes is read back', async () => {
  const samples = Uint8Array.from({ length: 5 * 7 * 3 }, (_, i) => (i * 37) % 256);
  const image = await decodeImage({ path: 'x.png', bytes: await encodePng(samples, [5, 7]) });
  expect(image).toMatchObject({ size: [5, 7], channels: 3 });
  expect(distance(image.data, samples)).toBe(0);
  const grey = await decodeImage({ path: 'x.png', bytes: await encodePng(samples.subarray(0, 35), [5, 7]) });
  expect(grey.channels).toBe(1);
  expect(distance(grey.data, samples.subarray(0, 35))).toBe(0);
  const alpha = await decodeImage({ path: 'x.png', bytes: await encodePng(samples.subarray(0, 80), [4, 5]) });
  expect(alpha.notes.join()).toContain('transparency');
  await expect(encodePng(samples, [5, 5])).rejects.toThrow(RangeError);
});

test('every format announces itself once, and its endings stand in the one list', () => {
  expect(imageFormats.map((format) => format.id).sort()).toEqual(Object.keys(IMAGE_ENDINGS).sort());
  expect(new Set(imageEndings).size).toBe(imageEndings.length);
  for (const ending of imageEndings) {
    expect(hasImageEnding(`a/b.${ending.toUpperCase()}`)).toBe(true);
    for (const other of [ending, `.${ending}`, `a.${ending}x`, `a.x${ending}`, `a.${ending}/b`])
      expect(hasImageEnding(other)).toBe(false);
  }
});

test('AVIF is within what two decoders of its colours differ by', async () => {
  const image = await decodeImage(fixturePath('raster/colour.avif'));
  const { data } = await decodeImage(fixturePath('raster/rgb.png'));
  expect(image).toMatchObject({ size: [19, 27], channels: 3, max: 255, format: 'avif' });
  expect(distance(image.data, data)).toBeLessThanOrEqual(8);
});

test('a progressive JPEG that ends after any scan but the last is damaged, not a coarser picture', async () => {
  const bytes = new Uint8Array(readFileSync(fixturePath('raster/progressive.jpg')));
  const scans = [...bytes.keys()].filter((at) => bytes[at] === 0xff && bytes[at + 1] === 0xda);
  expect(scans.length).toBeGreaterThan(5);
  for (const at of scans.slice(1)) {
    // Tables may stand before a scan: with them and without.
    for (const end of [at, at + 2]) {
      const cut = decodeImage({ path: 'cut.jpg', bytes: bytes.subarray(0, end) });
      expect(await failure(cut)).toMatchObject({ message: expect.stringContaining('damaged or truncated') });
    }
  }
});

test.each(['rgb.jpg', 'grey.jpg', 'progressive.jpg', 'restart.jpg'])(
  '%s without its last two bytes is the same picture; without more, it is damaged',
  async (name) => {
    const path = fixturePath(`raster/${name}`);
    const bytes = new Uint8Array(readFileSync(path));
    const whole = await decodeImage(path);
    const cut = await decodeImage({ path: 'cut.jpg', bytes: bytes.subarray(0, -2) });
    expect(cut.data).toEqual(whole.data);
    expect(cut.browserMime).toBeUndefined();
    const half = decodeImage({ path: 'cut.jpg', bytes: bytes.subarray(0, bytes.length * 0.7) });
    expect(await failure(half)).toMatchObject({
      kind: 'image',
      message: expect.stringContaining('damaged or truncated'),
    });
  },
);
