import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { float32, sizeOf, type TensorOf } from '../../src/explainers/tensor/tensor.ts';

const HERE = import.meta.dirname;

/** An array that a reference library gave, float32 of a float64 run. */
export interface ReferenceArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export function readJson<T>(...parts: string[]): T {
  return JSON.parse(readFileSync(path.join(HERE, ...parts), 'utf8')) as T;
}

/** The arrays of a `.f24.gz`: the upper three bytes of each float32, byte plane by byte plane (see arrays.py). */
export class ReferenceArrays {
  readonly #all: Float32Array;

  constructor(...parts: string[]) {
    const planes = gunzipSync(readFileSync(path.join(HERE, ...parts)));
    const count = planes.length / 3;
    const bits = Uint32Array.from(
      { length: count },
      (_, i) => (planes[i]! << 8) | (planes[count + i]! << 16) | (planes[2 * count + i]! << 24),
    );
    this.#all = new Float32Array(bits.buffer);
  }

  at({ shape, offset }: { readonly shape: readonly number[]; readonly offset: number }): ReferenceArray {
    return { shape, data: this.#all.subarray(offset, offset + sizeOf(shape)) };
  }
}

/** Row `i` of an array, along its first axis. */
export function row({ shape, data }: ReferenceArray, i: number): Float32Array {
  const size = data.length / shape[0]!;
  return data.subarray(i * size, (i + 1) * size);
}

/** The seeded inputs that every case shares: [1, 3, size, size] each. */
export function sharedInputs(size: number): readonly TensorOf<'float32'>[] {
  const bytes = gunzipSync(readFileSync(path.join(HERE, 'gradients', `inputs${size}.f16.gz`)));
  const halves = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const values = Float32Array.from(halves, fromHalf);
  const each = 3 * size * size;
  return Array.from({ length: values.length / each }, (_, i) =>
    float32([1, 3, size, size], values.slice(i * each, (i + 1) * each)),
  );
}

function fromHalf(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The model of a case as a file; the folder goes with `dispose`. */
export function modelFile(name: string, from = 'gradients'): { readonly file: string; dispose(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-reference-'));
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, gunzipSync(readFileSync(path.join(HERE, from, `${name}.onnx.gz`))));
  return { file, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** ‖a − b‖ / ‖b‖ */
export function relativeL2(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} elements compared with ${b.length}`);
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
}

/** [c, h, w] summed over c. */
export function channelSum(values: ArrayLike<number>, channels: number): Float64Array {
  const size = values.length / channels;
  const sum = new Float64Array(size);
  for (let i = 0; i < values.length; i++) sum[i % size]! += values[i]!;
  return sum;
}
