import { closeSync, fstatSync } from 'node:fs';
import { basename } from 'node:path';
import { stampOfStats } from '../../files/fileStamp.ts';
import { openFileToReadSync } from '../../files/plainFile.ts';
import { dataFromBytes, type NumericData, type NumericDType } from '../../tensor/dtype.ts';
import { modelError } from './problem.ts';
import { readRange } from './readRange.ts';

/** The bytes of a model file while it is read, and where to find them again. */
export interface ModelBytes {
  readonly bytes: Uint8Array;
  readonly path: string;
  /** Of the file that the bytes were read from. */
  readonly stamp: string;
}

/** Smaller files are held: their model can be moved or deleted once it is open, and little memory is lost. */
const SMALLEST_FILE = 2 ** 25;
/** Smaller tensors are: shapes, scales and biases, which every transform looks at. */
const SMALLEST = 2 ** 16;

/** How to read a tensor's raw data again from the model file; undefined where it is no large part of that. */
export function storedData(
  file: ModelBytes | undefined,
  dtype: NumericDType,
  raw: Uint8Array,
): (() => NumericData) | undefined {
  if (!file || file.bytes.byteLength < SMALLEST_FILE || raw.byteLength < SMALLEST) return undefined;
  if (raw.buffer !== file.bytes.buffer) return undefined;
  const [offset, length] = [raw.byteOffset - file.bytes.byteOffset, raw.byteLength];
  // Nothing below may hold the bytes themselves.
  const { path, stamp } = file;
  return () => dataFromBytes(dtype, readAgain({ path, stamp }, offset, length));
}

function readAgain(from: Omit<ModelBytes, 'bytes'>, offset: number, length: number): Uint8Array {
  let descriptor: number;
  try {
    descriptor = openFileToReadSync(from.path);
  } catch (cause) {
    throw changed(from.path, cause);
  }
  try {
    if (stampOfStats(fstatSync(descriptor, { bigint: true })) !== from.stamp) throw changed(from.path);
    return readRange(descriptor, offset, length, () => changed(from.path));
  } finally {
    closeSync(descriptor);
  }
}

function changed(path: string, cause?: unknown) {
  return modelError(
    `The model file ${basename(path)} was changed or removed while it was in use.`,
    path,
    'Ask again: the model is then read anew.',
    cause,
  );
}
