import { closeSync } from 'node:fs';
import { isLfsPointer, LFS_POINTER, LFS_PULL } from '../../files/lfsPointer.ts';
import { mapped } from '../../lists.ts';
import { float16ToNumber } from '../../tensor/float16.ts';
import { sizeOf, type Tensor } from '../../tensor/tensor.ts';
import { type DataFile, openBeside } from '../besideModel.ts';
import type { Opening } from '../importer.ts';
import { isObject, type Json } from '../layers/config.ts';
import { damaged, unread } from '../problem.ts';
import { readRange } from '../readRange.ts';

/** A weight in the files next to a TensorFlow.js model. */
export interface StoredWeight {
  readonly name: string;
  readonly read: () => Tensor;
}

type Stored = Float32Array | Int32Array | Uint8Array;

/** How each element type is stored in a shard; 8 and 16 bits may also be quantised numbers. */
const BYTES: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
  ['uint8', 1],
  ['uint16', 2],
  ['float16', 2],
]);

/** More than any model has; a list of them is kept. */
const MOST_WEIGHTS = 100_000;

/**
 * The weights of a `weightsManifest`: groups of files, in which the weights lie one after the other.
 * Opens each file once; `close` them after.
 */
export class Shards {
  readonly #folder: string;
  readonly #opening: Opening;
  readonly #model: string;
  readonly #files = new Map<string, DataFile>();

  constructor(folder: string, opening: Opening, model: string) {
    this.#folder = folder;
    this.#opening = opening;
    this.#model = model;
  }

  /** @throws ExplainError `model` for files that are missing, outside of the model's folder, or too short */
  weights(manifest: Json | undefined): readonly StoredWeight[] {
    if (!Array.isArray(manifest)) throw this.#broken('has no list of its weights');
    const weights = manifest.flatMap((group) => this.#group(group));
    if (weights.length > MOST_WEIGHTS) throw this.#broken(`lists more than ${MOST_WEIGHTS} weights`);
    return weights;
  }

  close(): void {
    for (const { descriptor } of this.#files.values()) closeSync(descriptor);
    this.#files.clear();
  }

  #group(group: Json): readonly StoredWeight[] {
    if (!isObject(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights)) {
      throw this.#broken('has a list of weights that is not complete');
    }
    const files = group.paths.map((path) => this.#open(path));
    const available = files.reduce((sum, { size }) => sum + size, 0);
    let offset = 0;
    const weights = group.weights.map((weight): StoredWeight => {
      const { name, shape, stored, dtype, scale, min } = this.#entry(weight);
      const count = sizeOf(shape);
      const length = count * BYTES.get(stored)!;
      const at = offset;
      offset += length;
      if (offset > available) throw this.#short(files, group.paths as Json[], name);
      return {
        name,
        read: () => {
          const data = decoded(this.#bytes(files, at, length), stored);
          if (dtype === 'int32' || dtype === 'bool') return { dtype: 'int32', shape, data: Int32Array.from(data) };
          const real = scale === 1 && min === 0 && data instanceof Float32Array ? data : mapped(Float32Array, data, (q) => q * scale + min); // biome-ignore format: one line
          return { dtype: 'float32', shape, data: real };
        },
      };
    });
    return weights;
  }

  #entry(weight: Json) {
    if (!isObject(weight) || typeof weight.name !== 'string' || !Array.isArray(weight.shape)) {
      throw this.#broken('has a list of weights that is not complete');
    }
    const { name, dtype, quantization } = weight;
    const shape = weight.shape.filter((size): size is number => Number.isInteger(size) && (size as number) >= 0);
    const elements = shape.reduce((product, size) => product * size, 1);
    if (shape.length !== weight.shape.length || !Number.isSafeInteger(elements)) {
      throw this.#broken(`gives the weight '${name}' a shape that is none`);
    }
    const packed = isObject(quantization) ? quantization : {};
    const stored = typeof packed.dtype === 'string' ? packed.dtype : String(dtype);
    if (!BYTES.has(stored) || !['float32', 'int32', 'bool'].includes(String(dtype))) {
      throw unread(
        `The weight '${name}' is of the type ${stored.slice(0, 20)}.`,
        this.#model,
        'Convert the model to TensorFlow.js again, with weights of float32.',
      );
    }
    const number = (value: Json | undefined, fallback: number) => (typeof value === 'number' ? value : fallback);
    return { name, shape, stored, dtype: String(dtype), scale: number(packed.scale, 1), min: number(packed.min, 0) };
  }

  #open(path: Json): DataFile {
    if (typeof path !== 'string') throw this.#broken('has a list of files that is not complete');
    const known = this.#files.get(path);
    if (known) return known;
    const beside = {
      folder: this.#folder,
      opening: this.#opening,
      outsideNext: 'Put all files of the model into one folder.',
    };
    const file = openBeside(beside, path, this.#model);
    this.#files.set(path, file);
    return file;
  }

  /** Bytes of several files, read as one. */
  #bytes(files: readonly DataFile[], offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let begin = 0;
    for (const { descriptor, size } of files) {
      const [from, to] = [Math.max(offset - begin, 0), Math.min(offset + length - begin, size)];
      if (to > from) bytes.set(readRange(descriptor, from, to - from, () => this.#broken('changed while it was read')), begin + from - offset); // biome-ignore format: one line
      begin += size;
    }
    return bytes;
  }

  #short(files: readonly DataFile[], paths: readonly Json[], name: string) {
    const [file] = files;
    if (file && isLfsPointer(readRange(file.descriptor, 0, Math.min(64, file.size), () => this.#broken('changed')))) {
      return damaged(`The model's data file ${String(paths[0])} ${LFS_POINTER}.`, this.#model, LFS_PULL);
    }
    return damaged(
      `The model's data files end before the weight '${name}'.`,
      this.#model,
      `Copy ${paths.length === 1 ? String(paths[0]) : `the files ${String(paths[0])} to ${String(paths.at(-1))}`} again.`,
    );
  }

  #broken(what: string) {
    return damaged(`The TensorFlow.js model ${what}.`, this.#model, 'Convert or download the model again.');
  }
}

function decoded(bytes: Uint8Array, stored: string): Stored {
  if (stored === 'float32') return new Float32Array(bytes.buffer, 0, bytes.length / 4);
  if (stored === 'int32') return new Int32Array(bytes.buffer, 0, bytes.length / 4);
  if (BYTES.get(stored) === 1) return bytes;
  const words = new Uint16Array(bytes.buffer, 0, bytes.length / 2);
  return stored === 'float16' ? mapped(Float32Array, words, float16ToNumber) : Float32Array.from(words);
}
