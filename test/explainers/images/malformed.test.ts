import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorReport } from '../../../src/explainers/errors.ts';
import { decodeImage } from '../../../src/explainers/images/decode.ts';
import { MAX_PIXELS } from '../../../src/explainers/images/limits.ts';
import { RandomState } from '../../../src/explainers/numerics/randomMt19937.ts';
import { fixturePath } from './fixtures.ts';

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('LICENSE'));
}

const files = [...filesUnder(fixturePath('raster')), ...filesUnder(fixturePath('dicom'))];

/** Headers are where a flipped bit does most; half of all flips fall into the first 300 bytes, or 900 for DICOM. */
function damage(bytes: Uint8Array, random: RandomState, isDicom: boolean): Uint8Array {
  const copy = new Uint8Array(bytes);
  const kind = random.integer(0, 4);
  if (kind === 0) return copy.subarray(0, random.integer(0, bytes.length));
  const flips = random.integer(1, 5);
  for (let i = 0; i < flips; i++) {
    const end = kind === 1 ? bytes.length : Math.min(bytes.length, isDicom ? 900 : 300);
    copy[random.integer(0, end)]! ^= 1 << random.integer(0, 8);
  }
  return kind === 3 ? copy.subarray(0, bytes.length - random.integer(0, Math.min(40, bytes.length))) : copy;
}

/** An image whose samples fit its size, or an `image` error; anything else is a defect of ours. */
async function judge(path: string, bytes: Uint8Array): Promise<'image' | 'error'> {
  try {
    const image = await decodeImage({ path, bytes });
    expect(image.data.length).toBe(image.size[0] * image.size[1] * image.channels);
    expect(image.data.length).toBeLessThanOrEqual(MAX_PIXELS * 3);
    expect(image.data.every((value) => value >= 0 && value <= image.max * (1 + 1e-6))).toBe(true);
    return 'image';
  } catch (thrown) {
    const report = errorReport(thrown);
    if (report.kind !== 'image') throw thrown;
    expect(report.message).toMatch(/\.$/);
    expect(report.message).not.toMatch(/[\n]|undefined|object Object/);
    return 'error';
  }
}

const ROUNDS = Number(process.env['SALIENCY_LENS_FUZZ'] ?? 12);

describe('damaged files: an image or a clear error, never a crash, a hang or a huge allocation', () => {
  test.each(files.map((path) => [path.slice(fixturePath('').length), path] as const))(
    '%s',
    async (name, path) => {
      const random = new RandomState(name.length * 1009 + name.charCodeAt(name.length - 5));
      const bytes = new Uint8Array(readFileSync(path));
      const before = process.memoryUsage().rss;
      for (let round = 0; round < ROUNDS; round++) {
        const bad = damage(bytes, random, name.startsWith('dicom'));
        const start = performance.now();
        await judge(path, bad);
        expect(performance.now() - start, `round ${round}`).toBeLessThan(20_000);
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(700 * 2 ** 20);
    },
    120_000,
  );
});
