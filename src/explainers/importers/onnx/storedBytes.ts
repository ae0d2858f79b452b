import { closeSync, fstatSync } from 'node:fs';
import { basename } from 'node:path';
import { stampOfStats } from '../../files/fileStamp.ts';
import { openFileToReadSync } from '../../files/plainFile.ts';
import type { ReadBytes } from '../../tensor/storedTensor.ts';
import { readRange } from '../readRange.ts';
import { modelError } from './problem.ts';

/** The bytes of a model file while it is read, and where to find them again. */
export interface ModelBytes {
  readonly bytes: Uint8Array;
  readonly path: string;
  /** Stamp of the file that the bytes were read from. */
  readonly stamp: string;
}

/**
 * Smaller files are kept in memory, so that they can be moved or deleted once the model is open; this costs little
 * memory.
 */
const SMALLEST_FILE = 2 ** 25;
/** Smaller tensors are kept too: shapes, scales and biases, which every transform reads. */
const SMALLEST = 2 ** 16;

/** The position of a tensor's bytes in a file, as it was when the model was read. */
export interface StoredPlace extends Omit<ModelBytes, 'bytes'> {
  /** Bytes of the whole file. */
  readonly size: number;
  readonly offset: number;
}

/** The position of raw data within the model file itself. */
export function placeIn(file: ModelBytes | undefined, raw: Uint8Array): StoredPlace | undefined {
  if (!file || raw.buffer !== file.bytes.buffer) return undefined;
  const { path, stamp, bytes } = file;
  return { path, stamp, size: bytes.byteLength, offset: raw.byteOffset - file.bytes.byteOffset };
}

/**
 * How to read a tensor's raw data, or parts of it, again from their file; undefined if they are not a large part of it.
 */
export function storedData(place: StoredPlace | undefined, length: number): ReadBytes | undefined {
  if (!place || place.size < SMALLEST_FILE || length < SMALLEST) return undefined;
  // Nothing here may keep the bytes themselves alive.
  return (offset, wanted) => readAgain(place, place.offset + offset, wanted);
}

function readAgain(from: StoredPlace, offset: number, length: number): Uint8Array {
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
    'Try again; the model will then be read again.',
    cause,
  );
}
