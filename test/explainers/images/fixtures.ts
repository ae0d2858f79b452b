import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Image } from '../../../src/explainers/images/image.ts';

/** What PIL, tifffile or pydicom reads from a fixture; written by the scripts next to the fixtures. */
export interface Expected {
  readonly size: readonly [number, number];
  readonly channels: 1 | 3;
  readonly dtype: 'uint8' | 'uint16' | 'float32';
  readonly max: number;
  /** Words that one of the image's notes contains; null: there are none. */
  readonly note: string | null;
  readonly samples: string;
}

const ROOT = new URL('../../fixtures/images/', import.meta.url);

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(name, ROOT));
}

export function readGolden<T>(name: string): T {
  return JSON.parse(gunzipSync(readFileSync(fixturePath(`${name}.gz`))).toString()) as T;
}

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array, float64: Float64Array } as const;

export function decodeBase64(text: string, dtype: keyof typeof ARRAYS): ArrayLike<number> {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return new ARRAYS[dtype](bytes.buffer, 0, bytes.length / ARRAYS[dtype].BYTES_PER_ELEMENT);
}

/** Largest difference between samples; Infinity where their number differs. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs(a[i]! - b[i]!);
    if (!(off <= worst)) worst = Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }
  return worst;
}

/** An image of given samples, as a decoder would hand it on. */
export function imageOf(size: readonly [number, number], channels: 1 | 3, data: Image['data'], max = 255): Image {
  return { size, channels, data, max, format: 'test', notes: [], ids: [] };
}
