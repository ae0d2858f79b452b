import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ErrorReport, errorReport } from '../../../src/explainers/errors.ts';
import { decodeImage } from '../../../src/explainers/images/decode.ts';
import { toByteRange } from '../../../src/explainers/images/vips.ts';
import { writeTiff } from './writeTiff.ts';

interface Kind {
  readonly bits: 8 | 16 | 32;
  /** Tag 339. */
  readonly format: 1 | 2 | 3;
  readonly write: (view: DataView, at: number, value: number, little: boolean) => void;
}

const KINDS: readonly Kind[] = [
  { bits: 8, format: 1, write: (view, at, value) => view.setUint8(at, value) },
  { bits: 8, format: 2, write: (view, at, value) => view.setInt8(at, value) },
  { bits: 16, format: 1, write: (view, at, value, little) => view.setUint16(at, value, little) },
  { bits: 16, format: 2, write: (view, at, value, little) => view.setInt16(at, value, little) },
  { bits: 16, format: 3, write: (view, at, value, little) => view.setUint16(at, halfOf(value), little) },
  { bits: 32, format: 1, write: (view, at, value, little) => view.setUint32(at, value, little) },
  { bits: 32, format: 2, write: (view, at, value, little) => view.setInt32(at, value, little) },
  { bits: 32, format: 3, write: (view, at, value, little) => view.setFloat32(at, value, little) },
];

/** Whole numbers from 0 to 2047, which binary16 holds exactly. */
function halfOf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | ((value / 2 ** exponent - 1) * 1024);
}

interface Layout {
  readonly kind: Kind;
  readonly channels: 1 | 3;
  readonly planar: boolean;
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly little: boolean;
  readonly big: boolean;
  readonly deflate: boolean;
  readonly foreign: boolean;
}

const layouts: fc.Arbitrary<Layout> = fc.record({
  kind: fc.constantFrom(...KINDS),
  channels: fc.constantFrom(1 as const, 3 as const),
  planar: fc.boolean(),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  rows: fc.integer({ min: 1, max: 9 }),
  little: fc.boolean(),
  big: fc.boolean(),
  deflate: fc.boolean(),
  foreign: fc.boolean(),
});

/** Row by row, channels interleaved: whole numbers that every kind holds, the last of them the largest. */
function sampleAt(i: number): number {
  return (i * 37) % 101;
}

function fileOf({ kind, channels, planar, height, width, rows, little, big, deflate, foreign }: Layout) {
  const planes = planar && channels > 1 ? channels : 1;
  const perPixel = channels / planes;
  const strips: Uint8Array[] = [];
  for (let plane = 0; plane < planes; plane++) {
    for (let y0 = 0; y0 < height; y0 += rows) {
      const own = Math.min(rows, height - y0) * width * perPixel;
      const strip = new Uint8Array((own * kind.bits) / 8);
      const view = new DataView(strip.buffer);
      for (let i = 0; i < own; i++) {
        const pixel = y0 * width + Math.floor(i / perPixel);
        const value = sampleAt(pixel * channels + (planes > 1 ? plane : i % perPixel));
        kind.write(view, (i * kind.bits) / 8, value, little);
      }
      strips.push(strip);
    }
  }
  const tags = {
    256: width,
    257: height,
    258: Array.from({ length: channels }, () => kind.bits),
    259: 1,
    262: channels === 1 ? 1 : 2,
    277: channels,
    278: rows,
    284: planes > 1 ? 2 : 1,
    339: Array.from({ length: channels }, () => kind.format),
  };
  return writeTiff({ little, big, tags, strips, deflate, foreign });
}

async function refusal(bytes: Uint8Array): Promise<ErrorReport> {
  return decodeImage({ path: 'a.tif', bytes }).then(
    () => expect.unreachable('it was decoded'),
    (thrown) => errorReport(thrown),
  );
}

test('whole numbers, signed ones and floats, in strips and planes, either byte order: the samples that were written', async () => {
  await fc.assert(
    fc.asyncProperty(layouts, async (layout) => {
      const { bytes } = fileOf(layout);
      const image = await decodeImage({ path: 'a.tif', bytes });
      const count = layout.height * layout.width * layout.channels;
      const written = Array.from({ length: count }, (_, i) => sampleAt(i));
      expect(image).toMatchObject({ size: [layout.height, layout.width], channels: layout.channels });
      // Signed, 32-bit and float samples are taken as 0 … 1 where none is larger.
      const scale =
        image.max === 255 && layout.kind.bits + layout.kind.format > 9 && Math.max(...written) <= 1 ? 255 : 1;
      expect([...image.data]).toEqual(written.map((value) => value * scale));
    }),
    { numRuns: 150, seed: 5 },
  );
});

test('a strip that is cut off, empty or overwritten is never read as if it were whole', async () => {
  const damages = fc.record({
    layout: layouts,
    how: fc.constantFrom('cut', 'empty', 'outside', 'missing', 'overwritten'),
    which: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(damages, async ({ layout, how, which }) => {
      const whole = { ...layout, deflate: layout.deflate || how === 'overwritten' };
      const { bytes, strips } = fileOf(whole);
      const n = which % strips.length;
      const { offset, length } = strips[n]!;
      const broken =
        how === 'overwritten'
          ? bytes.map((byte, i) => (i >= offset + 2 && i < offset + length ? byte ^ 0x55 : byte))
          : how === 'cut'
            ? withStrip(whole, n, { length: Math.max(1, Math.floor(length / 3)) })
            : how === 'empty'
              ? withStrip(whole, n, { length: 0 })
              : how === 'outside'
                ? withStrip(whole, n, { offset: 10_000_000 })
                : withStrip(whole, n, { offset: 0 });
      if (how === 'cut' && Math.floor(length / 3) < 1) return;
      const report = await refusal(broken);
      expect(report).toMatchObject({ kind: 'image', message: expect.stringMatching(/damaged or truncated TIFF/) });
    }),
    { numRuns: 100, seed: 6 },
  );
});

/** The same file with another offset or length of one strip. */
function withStrip(layout: Layout, which: number, change: { offset?: number; length?: number }): Uint8Array {
  const { bytes, strips } = fileOf(layout);
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const old = change.offset === undefined ? strips[which]!.length : strips[which]!.offset;
  const tag = change.offset === undefined ? 279 : 273;
  const { little, big } = layout;
  const at = big ? Number(view.getBigUint64(8, little)) : view.getUint32(4, little);
  const count = big ? Number(view.getBigUint64(at, little)) : view.getUint16(at, little);
  const [head, size, link] = big ? [8, 20, 8] : [2, 12, 4];
  for (let i = 0; i < count; i++) {
    const entry = at + head + i * size;
    if (view.getUint16(entry, little) !== tag) continue;
    const length = big ? Number(view.getBigUint64(entry + 4, little)) : view.getUint32(entry + 4, little);
    const inside = entry + (big ? 12 : 8);
    const values =
      length * 4 <= link ? inside : big ? Number(view.getBigUint64(inside, little)) : view.getUint32(inside, little);
    expect(view.getUint32(values + 4 * which, little)).toBe(old);
    view.setUint32(values + 4 * which, change.offset ?? change.length!, little);
  }
  return copy;
}

/** A grey image of 4 × 4 pixels with other tags. */
function grey(tags: Readonly<Record<number, number | readonly number[]>>, bytes = 16): Uint8Array {
  const plain = { 256: 4, 257: 4, 258: 8, 259: 1, 262: 1, 277: 1, 278: 4 };
  return writeTiff({ little: true, big: false, tags: { ...plain, ...tags }, strips: [new Uint8Array(bytes)] }).bytes;
}

describe('what cannot be read rightly is refused by its name, and never called damaged', () => {
  test.each([
    ['Zstandard', { 259: 50000 }, 'its compression is Zstandard (50000)'],
    ['LZMA', { 259: 34925 }, 'its compression is LZMA (34925)'],
    ['LERC', { 259: 34887 }, 'its compression is LERC (34887)'],
    ['JPEG 2000', { 259: 34712 }, 'its compression is JPEG 2000 (34712)'],
    ['Aperio JPEG 2000', { 259: 33005 }, 'its compression is JPEG 2000 (33005)'],
    ['JPEG XL', { 259: 50002 }, 'its compression is JPEG XL (50002)'],
    ['a compression nobody knows', { 259: 12345 }, 'its compression is number 12345'],
    ['doubles', { 258: 64, 339: 3 }, 'its samples are 64-bit floats'],
    ['floats of 24 bits', { 258: 24, 339: 3 }, 'its samples are 24-bit floats'],
    ['12 bits', { 258: 12 }, 'its samples are 12-bit whole numbers'],
    ['whole numbers of 64 bits', { 258: 64, 339: 2 }, 'its samples are 64-bit signed whole numbers'],
    ['complex numbers', { 258: 64, 339: 6 }, 'its samples are 64-bit complex numbers'],
    [
      'half floats with a predictor',
      { 258: 16, 339: 3, 317: 3 },
      'its half floats (16 bits) have a floating-point predictor',
    ],
    ['seven channels', { 258: 8, 262: 2, 277: 7 }, 'its directory gives the bits of 1 of its 7 channels'],
    ['six hundred channels', { 258: 8, 277: 600 }, 'it has 600 channels, but at most 512 are supported'],
    ['two inks', { 258: [8, 8], 262: 3, 277: 2 }, 'it has 2 channels, but does not say that they are grey'],
    ['CIE L*a*b*', { 258: [8, 8, 8], 262: 8, 277: 3 }, 'its samples are CIE L*a*b*'],
    ['YCbCr that is not JPEG', { 258: [8, 8, 8], 262: 6, 277: 3 }, 'its samples are YCbCr without JPEG compression'],
    ['a camera’s mosaic', { 262: 32803 }, 'its samples are the raw mosaic of a camera (CFA)'],
    ['inks that are not CMYK', { 258: [8, 8, 8, 8], 262: 5, 277: 4, 332: 2 }, 'its inks are not those of CMYK'],
    ['a volume', { 32997: 9 }, 'it is a volume of 9 slices'],
    ['channels of different depth', { 258: [8, 16, 8], 262: 2, 277: 3 }, 'its channels are of different types'],
    ['inverted floats', { 258: 32, 262: 0, 339: 3 }, '0 is white in its 32-bit floats'],
  ] as const)('%s', async (_, tags, message) => {
    const report = await refusal(grey(tags, 4096));
    expect(report).toMatchObject({ kind: 'image', next: expect.any(String) });
    expect(report.message).toContain(`of a kind that is not supported: ${message}`);
  });
});

describe('bands behind red, green and blue', () => {
  const samples = (n: number) => Uint8Array.from({ length: 16 * n }, (_, i) => 10 * (i % n) + Math.floor(i / n));
  const rgb = (n: number, tags: Record<number, number | readonly number[]>) =>
    writeTiff({
      little: true,
      big: false,
      tags: { 256: 4, 257: 4, 258: Array.from({ length: n }, () => 8), 259: 1, 262: 2, 277: n, 278: 4, ...tags },
      strips: [samples(n)],
    }).bytes;
  const colours = Array.from({ length: 48 }, (_, i) => 10 * (i % 3) + Math.floor(i / 3));

  test.each([
    [4, {}, 'band 4 of 4 is not used: red, green and blue are taken'],
    [4, { 338: 0 }, 'band 4 of 4 is not used: red, green and blue are taken'],
    [4, { 338: 2 }, "transparency ignored, as in PIL's convert('RGB')"],
    [5, { 338: [0, 0] }, 'bands 4 to 5 of 5 are not used: red, green and blue are taken'],
    [5, { 338: [1, 0] }, 'bands 4 to 5 of 5 are not used: red, green and blue are taken'],
  ] as const)('%s samples, %o', async (n, tags, note) => {
    const image = await decodeImage({ path: 'a.tif', bytes: rgb(n, tags) });
    expect([...image.data]).toEqual(colours);
    expect(image.notes).toEqual([note]);
  });
});

test('LZW and PackBits that hold too little are damaged, not black at their end', async () => {
  for (const compression of [5, 32773]) {
    const report = await refusal(grey({ 259: compression }, 6));
    expect(report.message).toMatch(/damaged or truncated TIFF/);
  }
});

test('where the first page is a reduced version of another, that is said', async () => {
  const { notes } = await decodeImage({ path: 'a.tif', bytes: twoPages(1) });
  expect(notes).toEqual(['page 1 of 2, which is a reduced version of another page']);
  expect((await decodeImage({ path: 'a.tif', bytes: twoPages(0) })).notes).toEqual(['page 1 of 2']);
});

/** Two directories of the same pixels. */
function twoPages(subfileType: number): Uint8Array {
  const first = grey({ 254: subfileType });
  const view = new DataView(first.buffer);
  const at = view.getUint32(4, true);
  const link = at + 2 + 12 * view.getUint16(at, true);
  const second = first.slice(at);
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  new DataView(both.buffer).setUint32(link, first.length, true);
  return both;
}

test.each([
  ['shares', [0, 0.5, 1], [0, 127.5, 255], ['samples taken as 0 … 1']],
  [
    'of 12 bits',
    [0, 4095],
    [0, 4095 / 257],
    [
      'samples taken as 0 … 65535',
      'its largest value is 4095 of 65535, which fits in 12 of its 16 bits: unless it is just dark, set input.scale in the model card (15.93 for 12 bits, where it was 255)',
    ],
  ],
  [
    'with places that hold no number',
    [2, Number.NaN, 250, Number.POSITIVE_INFINITY],
    [2, 2, 250, 2],
    ['samples taken as 0 … 255', '2 of its 4 samples are no finite numbers: taken as 2'],
  ],
])('floats %s: the range they are taken for is said', (_, samples, data, notes) => {
  const { data: read, ...rest } = toByteRange(Float32Array.from(samples));
  expect(rest).toEqual({ notes });
  for (const [i, value] of data.entries()) expect(read[i]).toBeCloseTo(value, 3);
});
