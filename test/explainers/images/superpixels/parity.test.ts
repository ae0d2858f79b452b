// Partitions of scikit-image 0.26.0, written by test/reference/superpixels/make.py.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeImage } from '../../../../src/explainers/images/decode.ts';
import { preprocess } from '../../../../src/explainers/images/preprocess.ts';
import { segmentInput } from '../../../../src/explainers/images/superpixels/inputPicture.ts';
import { segment } from '../../../../src/explainers/images/superpixels/segment.ts';
import { parseSegments } from '../../../../src/explainers/images/superpixels/spec.ts';
import { float32 } from '../../../../src/explainers/tensor/tensor.ts';
import { examples, root } from '../../../data.ts';
import { IMAGENET, samePixels } from './fixtures.ts';

const folder = path.join(root, 'test/reference/superpixels');
const listed = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as readonly {
  readonly picture: string;
  readonly file: string | null;
  readonly size: readonly [number, number];
  readonly sum: number;
  readonly cases: readonly { readonly segments: string; readonly count: number }[];
}[];

const drawn = readBytes('pictures.gz');
const labels = readBytes('labels.gz');

function readBytes(name: string) {
  const bytes = new Uint8Array(gunzipSync(readFileSync(path.join(folder, name))));
  let at = 0;
  return (length: number) => bytes.slice(at, (at += length));
}

/** The next partition of the file. */
function nextLabels([height, width]: readonly [number, number]): Int32Array {
  const steps = new Int16Array(labels(height * width * 2).buffer);
  const out = new Int32Array(steps.length);
  for (let i = 0; i < out.length; i++) out[i] = steps[i]! + (i % width === 0 ? 0 : out[i - 1]!);
  return out;
}

for (const { picture, file, size, sum, cases } of listed) {
  describe(`${picture}, ${size.join(' × ')}`, () => {
    const bytes = file === null ? drawn(size[0] * size[1] * 3) : null;
    const image = load();

    async function load() {
      const settings = { ...IMAGENET, size };
      if (file !== null) {
        return segmentInput(preprocess(await decodeImage(path.join(examples, file)), settings).input, settings);
      }
      const plain = Float32Array.from(
        bytes!,
        (value, i) => (value / 255 - settings.mean[i % 3]!) / settings.std[i % 3]!,
      );
      const nhwc = { ...settings, layout: 'nhwc' as const };
      return segmentInput(float32([1, ...size, 3], plain), nhwc);
    }

    test('the picture is the reference’s, byte for byte', async () => {
      const { data } = await image;
      let total = 0;
      for (const value of data) total += value;
      expect(total).toBe(sum);
      if (bytes) expect(data).toEqual(bytes);
    });

    test.each(cases.map((each) => ({ ...each, wanted: nextLabels(size) })))(
      '$segments',
      async ({ segments, count, wanted }) => {
        const found = await segment(parseSegments(segments), await image);
        expect(found.size).toEqual(size);
        const agreeing = samePixels(found.labels, wanted);
        expect(agreeing).toBeGreaterThanOrEqual(0.999);
        expect(found.count).toBe(count);
      },
    );
  });
}
