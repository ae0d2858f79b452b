import { describe, expect, test } from 'vitest';
import type { Preprocessing } from '../../../src/explainers/contracts/card.ts';
import { placeImage } from '../../../src/explainers/images/fit.ts';
import type { Image } from '../../../src/explainers/images/image.ts';
import { preprocess } from '../../../src/explainers/images/preprocess.ts';
import { decodeBase64, distance, imageOf, readGolden } from './fixtures.ts';

interface Packed {
  size: [number, number];
  dtype: 'uint8' | 'uint16' | 'float32';
  samples: string;
}

/** Written by makePreprocess.py, pinned libraries. */
const golden = readGolden<{
  images: Record<'rgb' | 'grey' | 'float' | 'words', Packed>;
  resize: {
    image: 'rgb' | 'grey' | 'float';
    kernel: Preprocessing['interpolation'];
    channels?: 'gray';
    output: Packed;
  }[];
  pipelines: {
    image: Packed;
    cases: {
      by: string;
      size: [number, number];
      cropFraction: number | null;
      interpolation: Preprocessing['interpolation'];
      output: Packed;
    }[];
  }[];
  floats: { image: 'grey' | 'words'; kernel: Preprocessing['interpolation']; antialias: boolean; output: Packed }[];
  letterbox: { image: Packed; size: [number, number]; corner: number[]; resized: number[]; output: Packed }[];
}>('preprocess.golden.json');

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

function settings(over: Partial<Preprocessing>): Preprocessing {
  return {
    size: [8, 8],
    resize: 'squash',
    cropFraction: 0.875,
    fill: 114,
    antialias: true,
    interpolation: 'bilinear',
    channels: 'rgb',
    layout: 'nchw',
    scale: 1,
    mean: [0],
    std: [1],
    ...over,
  };
}

function unpack(packed: Packed): Image {
  const data = decodeBase64(packed.samples, packed.dtype) as Image['data'];
  const channels = (data.length / (packed.size[0] * packed.size[1])) as 1 | 3;
  return imageOf(packed.size, channels, data, packed.dtype === 'uint16' ? 65535 : 255);
}

/** [C, H, W] → [H, W, C] */
function interleaved(planes: Float32Array, channels: number): Float32Array {
  const pixels = planes.length / channels;
  return Float32Array.from(planes, (_, i) => planes[(i % channels) * pixels + Math.floor(i / channels)]!);
}

describe('resizing is PIL, bit for bit on 8 bits', () => {
  test.each(golden.resize.map((c) => [`${c.image} ${c.kernel} → ${c.output.size}`, c] as const))('%s', (_name, c) => {
    const image = unpack(golden.images[c.image]);
    const channels = c.channels ?? (image.channels === 1 ? 'gray' : 'rgb');
    const { input } = preprocess(image, settings({ size: c.output.size, interpolation: c.kernel, channels }));
    const samples = interleaved(input.data, channels === 'gray' ? 1 : 3);
    const off = distance(samples, decodeBase64(c.output.samples, c.output.dtype));
    // Mode F of PIL holds 0 … 255 here: 1e-5 of the full range.
    expect(off).toBeLessThanOrEqual(c.image === 'float' ? 255e-5 : 0);
    if (c.image === 'float') expect(off).toBeLessThan(4e-5);
  });
});

describe('whole pipelines are those of timm and torchvision, bit for bit', () => {
  test.each(golden.pipelines.map((row) => [`${row.image.size}`, row] as const))('%s', (_name, { image, cases }) => {
    for (const c of cases) {
      const fit =
        c.cropFraction === null
          ? { resize: 'squash' as const }
          : { resize: 'crop' as const, cropFraction: c.cropFraction };
      const { size, interpolation } = c;
      const { input } = preprocess(
        unpack(image),
        settings({ ...fit, size, interpolation, scale: 255, mean: MEAN, std: STD }),
      );
      expect(input.shape).toEqual([1, 3, ...size]);
      expect(distance(input.data, decodeBase64(c.output.samples, 'float32')), `${c.by} ${size}`).toBe(0);
    }
  });
});

describe('16 bits, and no antialiasing: torch in floating point', () => {
  test.each(golden.floats.map((c) => [`${c.image} ${c.kernel} ${c.antialias} → ${c.output.size}`, c] as const))(
    '%s',
    (_n, c) => {
      const { kernel: interpolation, antialias } = c;
      const image = unpack(golden.images[c.image]);
      const { input } = preprocess(
        image,
        settings({ size: c.output.size, interpolation, antialias, channels: 'gray', scale: 255 }),
      );
      expect(distance(input.data, decodeBase64(c.output.samples, 'float32'))).toBeLessThanOrEqual(1e-6);
    },
  );
});

describe('letterbox', () => {
  test.each(golden.letterbox.map((c) => [`${c.image.size} → ${c.size}`, c] as const))('%s', (_name, c) => {
    const image = unpack(c.image);
    const card = settings({ resize: 'letterbox', size: c.size, antialias: false });
    expect(placeImage(image.size, card)).toEqual({ resized: c.resized, corner: c.corner });
    const { input, geometry } = preprocess(image, card);
    expect(geometry.offset).toEqual(c.corner);
    const expected = decodeBase64(c.output.samples, 'uint8');
    // OpenCV rounds to 8 bits, with weights of 11 bits; the padding must be exact.
    expect(distance(interleaved(input.data, 3), expected)).toBeLessThanOrEqual(0.75);
    const padding = interleaved(input.data, 3).filter((_, i) => {
      const [y, x] = [Math.floor(i / 3 / c.size[1]), Math.floor(i / 3) % c.size[1]];
      return (
        y < c.corner[0]! || x < c.corner[1]! || y >= c.corner[0]! + c.resized[0]! || x >= c.corner[1]! + c.resized[1]!
      );
    });
    expect(new Set(padding)).toEqual(padding.length > 0 ? new Set([114]) : new Set());
  });

  test('padding is normalised like pixels', () => {
    const white = imageOf([2, 4], 1, new Uint8Array(8).fill(255));
    const card = settings({
      resize: 'letterbox',
      size: [4, 4],
      scale: 255,
      mean: [0.5],
      std: [0.5],
      fill: 0,
      channels: 'gray',
    });
    expect(Array.from(preprocess(white, card).input.data)).toEqual([
      ...Array(4).fill(-1),
      ...Array(8).fill(1),
      ...Array(4).fill(-1),
    ]);
  });
});

describe('channels, layout, normalisation', () => {
  const image = imageOf([1, 2], 3, Uint8Array.of(10, 20, 30, 40, 50, 60));
  const run = (over: Partial<Preprocessing>, from = image) => {
    const { input } = preprocess(from, settings({ size: [1, 2], ...over }));
    return { shape: input.shape, data: Array.from(input.data) };
  };

  test('rgb, bgr and gray; planes or pixels', () => {
    expect(run({})).toEqual({ shape: [1, 3, 1, 2], data: [10, 40, 20, 50, 30, 60] });
    expect(run({ channels: 'bgr' }).data).toEqual([30, 60, 20, 50, 10, 40]);
    expect(run({ layout: 'nhwc' })).toEqual({ shape: [1, 1, 2, 3], data: [10, 20, 30, 40, 50, 60] });
    expect(run({ layout: 'nhwc', channels: 'bgr' }).data).toEqual([30, 20, 10, 60, 50, 40]);
    expect(run({ channels: 'gray' })).toEqual({ shape: [1, 1, 1, 2], data: [18, 48] });
  });

  test('a grey image fills three channels, each with its own mean', () => {
    const grey = imageOf([1, 2], 1, Uint8Array.of(7, 9));
    expect(run({ mean: [1, 2, 3], std: [1, 1, 2] }, grey).data).toEqual([6, 8, 5, 7, 2, 3]);
  });

  test('16-bit and float images come to 0 … 255 first', () => {
    const words = imageOf([1, 2], 1, Uint16Array.of(257 * 7, 65535), 65535);
    expect(run({ channels: 'gray', interpolation: 'nearest' }, words).data).toEqual([7, 255]);
    expect(run({ channels: 'gray' }, words).data).toEqual([7, 255]);
    const floats = imageOf([1, 2], 3, Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(run({ scale: 2 }, floats).data).toEqual([0.5, 2, 1, 2.5, 1.5, 3]);
  });
});

test('a crop fraction written with few digits keeps its pixel', () => {
  const { resized, corner } = placeImage(
    [232, 300],
    settings({ resize: 'crop', size: [224, 224], cropFraction: 0.965517 }),
  );
  expect(resized).toEqual([232, 300]);
  expect(corner).toEqual([-4, -38]);
});

test('a picture a thousand times longer than wide still has a pixel', () => {
  const thin = imageOf([2, 2000], 1, new Uint8Array(4000).fill(9));
  for (const resize of ['squash', 'crop', 'letterbox'] as const) {
    const { input } = preprocess(thin, settings({ resize, size: [16, 16], channels: 'gray' }));
    expect(input.data.every(Number.isFinite)).toBe(true);
    expect(input.data.includes(9)).toBe(true);
  }
});
