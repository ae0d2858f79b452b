import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** Without O_NONBLOCK, opening a named pipe waits for a writer, possibly for ever. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/** Thrown for a path that is not a regular file: a folder, a named pipe, a socket, a device. */
export class NotAFile extends Error {
  readonly code: 'EISDIR' | 'ENOTFILE';
  /** 'a folder', 'a named pipe' … */
  readonly what: string;

  constructor(what: string) {
    super(`it is ${what}, not a file`);
    this.what = what;
    this.code = what === FOLDER ? 'EISDIR' : 'ENOTFILE';
  }
}

const FOLDER = 'a folder';

/** Thrown for a file with more bytes than the reader accepts. */
export class TooLarge extends Error {
  readonly bytes: number;

  constructor(bytes: number, limit: number) {
    super(`it has ${bytes} bytes, but at most ${limit} are read`);
    this.bytes = bytes;
  }
}

/**
 * Opens a file for reading. It never blocks, whatever a hostile folder holds under that name: a named pipe, a socket or
 * a device is a {@link NotAFile}. It is checked before it is opened (because opening a device may have effects) and
 * again after.
 */
export async function openFileToRead(path: string): Promise<FileHandle> {
  onlyFile(await stat(path));
  return checked(await open(path, READ));
}

/** Opens a file for appending and reading, and creates it if necessary. Throws as {@link openFileToRead} does. */
export async function openFileToAppend(path: string): Promise<FileHandle> {
  const found = await stat(path).catch(() => null);
  if (found) onlyFile(found);
  return checked(await open(path, APPEND, 0o666));
}

/** All bytes of a file. Throws {@link NotAFile}, {@link TooLarge}, and what the operating system says. */
export async function readWholeFile(path: string, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const file = await openFileToRead(path);
  try {
    const { size } = await file.stat();
    if (size > limit) throw new TooLarge(size, limit);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** As {@link openFileToRead}, but synchronous; returns the descriptor. */
export function openFileToReadSync(path: string): number {
  onlyFile(statSync(path));
  const descriptor = openSync(path, READ);
  try {
    onlyFile(fstatSync(descriptor));
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
  return descriptor;
}

/** As {@link readWholeFile}, but synchronous. */
export function readWholeFileSync(path: string, limit: number): Buffer {
  const descriptor = openFileToReadSync(path);
  try {
    const { size } = fstatSync(descriptor);
    if (size > limit) throw new TooLarge(size, limit);
    const bytes = Buffer.alloc(size);
    let length = 0;
    for (let read = -1; read !== 0 && length < size; length += read) {
      read = readSync(descriptor, bytes, length, size - length, length);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

async function checked(file: FileHandle): Promise<FileHandle> {
  try {
    onlyFile(await file.stat());
    return file;
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

function onlyFile(stats: Stats): void {
  if (stats.isFile()) return;
  const kinds: readonly (readonly [boolean, string])[] = [
    [stats.isDirectory(), FOLDER],
    [stats.isFIFO(), 'a named pipe'],
    [stats.isSocket(), 'a socket'],
    [stats.isCharacterDevice() || stats.isBlockDevice(), 'a device'],
  ];
  throw new NotAFile(kinds.find(([is]) => is)?.[1] ?? 'something else');
}
