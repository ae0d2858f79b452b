import type { MaskThreshold } from '../contracts/results.ts';
import { greatest, least } from '../lists.ts';
import { DefaultRng } from '../numerics/randomPcg64.ts';
import { fillContours } from './fill.ts';
import { above, otsuLevel } from './mask/maskLevel.ts';

/** Noise has no scale, so a patch shows how much of a large image would be filled. */
const PATCH = 128;
const DRAWS = 8;
const filled = new Map<string, number>();

/** The share of a noise map (each pixel uniform between 0 and 1) that its mask covers, in the limit of many pixels. */
export function noiseCoverage(
  threshold: MaskThreshold = { kind: 'otsu' },
  size: readonly [height: number, width: number],
): number {
  if (threshold.kind === 'fixed') return 1 - Math.min(1, Math.max(0, threshold.value));
  if (threshold.kind === 'percentile') return 1 - threshold.value / 100;
  // Otsu cuts a uniform distribution in the middle.
  return threshold.fill ? filledNoise(Math.min(PATCH, size[0]), Math.min(PATCH, size[1])) : 0.5;
}

/** The mean over seeded draws, because the filled share of noise has no closed form. */
function filledNoise(height: number, width: number): number {
  const key = `${height} × ${width}`;
  let share = filled.get(key);
  if (share === undefined) {
    const random = new DefaultRng(0);
    let count = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      const values = Float32Array.from({ length: height * width }, () => random.random());
      const noise = { values, width, min: least(values), max: greatest(values) };
      if (noise.min === noise.max) continue;
      for (const pixel of fillContours(above(noise, otsuLevel(noise).level), width)) count += pixel;
    }
    share = count / (DRAWS * height * width);
    filled.set(key, share);
  }
  return share;
}
