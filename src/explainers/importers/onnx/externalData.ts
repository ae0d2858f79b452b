import { closeSync } from 'node:fs';
import { isLfsPointer, LFS_POINTER, LFS_PULL } from '../../files/lfsPointer.ts';
import { type DataFile, openBeside } from '../besideModel.ts';
import type { Opening } from '../importer.ts';
import { readRange } from '../readRange.ts';
import type { StringStringEntryProto } from './generated/onnx_pb.js';
import { modelError } from './problem.ts';
import type { StoredPlace } from './storedBytes.ts';

/**
 * The files next to a model that hold its larger weights. A location is a path relative to the model's own folder.
 * Nothing outside that folder is ever opened: no absolute path, no `..`, no link that points out.
 */
export class ExternalData {
  readonly #folder: string;
  readonly #opening: Opening;
  readonly #files = new Map<string, DataFile>();
  /** By location, offset and length, so that tensors that share their bytes in the file share them here too. */
  readonly #ranges = new Map<string, Uint8Array>();
  readonly #places = new WeakMap<Uint8Array, StoredPlace>();
  #bytesRead = 0;

  /** @param folder the model's folder */
  constructor(folder: string, opening: Opening = () => {}) {
    this.#folder = folder;
    this.#opening = opening;
  }

  /** The bytes that a tensor's `external_data` names, exactly `expected` of them. */
  read(entries: readonly StringStringEntryProto[], expected: number, subject: string): Uint8Array {
    const fields = new Map(entries.map((entry) => [entry.key, entry.value]));
    const location = fields.get('location') ?? '';
    const offset = wholeNumber(fields.get('offset') ?? '0', subject);
    const length = wholeNumber(fields.get('length') ?? String(expected), subject);
    if (length !== expected) {
      throw modelError(`A tensor's external data has ${length} instead of ${expected} bytes.`, subject);
    }
    const key = `${offset}+${length} ${location}`;
    const known = this.#ranges.get(key);
    if (known) return known;
    const file = this.#open(location, subject);
    if (offset + length > file.size) {
      if (isLfsPointer(readRange(file.descriptor, 0, Math.min(64, file.size), shortened))) {
        throw modelError(`The model's data file ${location} ${LFS_POINTER}.`, subject, LFS_PULL);
      }
      throw modelError(
        `The model's data file ${location} ends at byte ${file.size}, before the weights that should be at ${offset}.`,
        subject,
        `Copy ${location} again; it is probably truncated.`,
      );
    }
    this.#bytesRead += length;
    if (this.#bytesRead > 2 * [...this.#files.values()].reduce((sum, { size }) => sum + size, 0)) {
      throw modelError(`Tensors of the model overlap in the data file ${location}.`, subject);
    }
    const bytes = readRange(file.descriptor, offset, length, shortened);
    this.#ranges.set(key, bytes);
    this.#places.set(bytes, { path: file.path, size: file.size, stamp: file.stamp, offset });
    return bytes;
  }

  /** The place where bytes returned by {@link read} can be read again. */
  placeOf(bytes: Uint8Array): StoredPlace | undefined {
    return this.#places.get(bytes);
  }

  /** Closes the files; call it once the model has been read. */
  close(): void {
    for (const { descriptor } of this.#files.values()) closeSync(descriptor);
    this.#files.clear();
    this.#ranges.clear();
  }

  #open(location: string, subject: string): DataFile {
    const known = this.#files.get(location);
    if (known) return known;
    const file = openBeside(
      { folder: this.#folder, opening: this.#opening, outsideNext: OUTSIDE_NEXT },
      location,
      subject,
    );
    this.#files.set(location, file);
    return file;
  }
}

const OUTSIDE_NEXT =
  'Put the weights next to the model (onnx.save_model with save_as_external_data) and use a relative file name.';

function wholeNumber(text: string, subject: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw modelError(`A tensor's external data has a bad offset or length.`, subject);
  return value;
}

const shortened = () => modelError('The model’s data file became shorter while it was read.', undefined);
