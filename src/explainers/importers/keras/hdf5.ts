import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { resolvePackage } from '../../here.ts';
import { damaged } from '../problem.ts';
import { type Element, elementsOf } from './elements.ts';
import { LIMITS, PROGRAM } from './hdf5Program.ts';

/** Where the bytes of an HDF5 file are: an open file, a part of one, or memory. */
export interface Hdf5Place {
  readonly source: number | Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** For messages. */
  readonly path: string;
}

/**
 * The content of a model's HDF5 file: texts among its attributes, and arrays of numbers by their paths
 * ('/layers/dense/vars/0').
 */
export interface Hdf5Content {
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, string | readonly string[]>>;
  readonly arrays: ReadonlyMap<string, Hdf5Array>;
}

export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type Message =
  | { readonly begun: true }
  | { readonly group: string; readonly attributes: readonly (readonly [string, string | readonly string[]])[] }
  | {
      readonly dataset: string;
      readonly shape: readonly number[];
      readonly element: Element;
      readonly data: Uint8Array;
    }
  | { readonly done: true }
  | { readonly refused: string }
  | { readonly failed: string };

/** The time limit of reading, in milliseconds: for a small file, and in addition for each million bytes. */
const BASE = 20_000;
const PER_MEGABYTE = 100;

/** The optimiser's own numbers are not needed. */
const SKIP = ['optimizer', 'optimizer_weights'];

/**
 * Reads an HDF5 file on a thread of its own.
 * @throws ExplainError `model` for a file that is damaged, claims more than it holds, or leads to others
 */
export function readHdf5(place: Hdf5Place): Promise<Hdf5Content> {
  const { path: file, ...where } = place;
  const library = pathToFileURL(libraryFile()).href;
  const workerData = { library, ...where, skip: SKIP, limits: LIMITS };
  // For each error, the library also writes where it came from.
  const worker = new Worker(PROGRAM, { eval: true, stdout: true, stderr: true, workerData });
  const attributes = new Map<string, ReadonlyMap<string, string | readonly string[]>>();
  const arrays = new Map<string, Hdf5Array>();
  return new Promise<Hdf5Content>((resolve, reject) => {
    let clock: NodeJS.Timeout | undefined;
    const limit = BASE + (PER_MEGABYTE * where.length) / 1e6;
    const end = (settle: () => void) => {
      clearTimeout(clock);
      worker.removeAllListeners();
      worker.on('error', () => {});
      void worker.terminate().then(settle);
    };
    const refuse = (why: string, cause?: unknown) => end(() => reject(brokenFile(file, why, cause)));
    worker.on('message', (message: Message) => {
      if ('begun' in message)
        clock = setTimeout(() => refuse(`was not read within ${Math.round(limit / 1000)} s`), limit);
      else if ('group' in message) attributes.set(message.group, new Map(message.attributes));
      else if ('dataset' in message)
        arrays.set(message.dataset, { shape: message.shape, data: elementsOf(message.data, message.element) });
      else if ('refused' in message) refuse(message.refused);
      else if ('failed' in message) refuse('is damaged or truncated', new Error(message.failed));
      else end(() => resolve({ attributes, arrays }));
    });
    worker.on('error', (thrown) => refuse('is damaged or truncated', thrown));
    worker.on('exit', () => refuse('is damaged or truncated'));
  });
}

/** h5wasm exports its location to ES modules only, so the path is built from the package's folder. */
function libraryFile(): string {
  const inside = path.join('h5wasm', 'dist', 'esm', 'hdf5_hl.js');
  const found = (resolvePackage.paths('h5wasm') ?? []).map((folder) => path.join(folder, inside)).find(existsSync);
  if (found === undefined) throw new Error('the package h5wasm is not installed');
  return found;
}

function brokenFile(file: string, why: string, cause?: unknown) {
  return damaged(
    `${path.basename(file)} is an HDF5 file that ${why}.`,
    file,
    'Save or download the model again.',
    cause,
  );
}
