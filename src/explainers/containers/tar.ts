import type { FileHandle } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { fileStamp } from '../files/fileStamp.ts';
import { openFileToRead } from '../files/plainFile.ts';

const BLOCK = 512;
const MOST_MEMBERS = 2_000_000;
const MOST_NAME = 4096;
/** Bytes of an extended header, which holds a name. */
const MOST_EXTENDED = 2 ** 20;
const KEPT = 4;

export interface TarMember {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

/** Thrown with the end of a sentence that begins with the file's name. */
export class DamagedContainer extends Error {}

const indexes = new LRUCache<string, Promise<ReadonlyMap<string, TarMember>>>({ max: KEPT });

/** The files of a tar by their names, in its order. Only headers are read. @throws DamagedContainer */
export async function tarMembers(file: string): Promise<ReadonlyMap<string, TarMember>> {
  const key = `${file} ${await fileStamp(file)}`;
  const known = indexes.get(key) ?? readMembers(file);
  indexes.set(key, known);
  known.catch(() => indexes.delete(key));
  return known;
}

/** The bytes of a member. @throws DamagedContainer */
export function tarBytes(file: string, member: TarMember): Promise<Uint8Array> {
  return withTar(file, (bytesOf) => bytesOf(member));
}

/** Opens a tar for several of its members. @throws DamagedContainer */
export async function withTar<T>(
  file: string,
  use: (bytesOf: (member: TarMember) => Promise<Uint8Array>) => Promise<T>,
): Promise<T> {
  const handle = await openFileToRead(file);
  try {
    return await use(({ at, size }) => exactly(handle, at, size));
  } finally {
    await handle.close();
  }
}

async function readMembers(file: string): Promise<ReadonlyMap<string, TarMember>> {
  const handle = await openFileToRead(file);
  try {
    const { size: end } = await handle.stat();
    const members = new Map<string, TarMember>();
    let longName: string | null = null;
    for (let at = 0, count = 0; at + BLOCK <= end; count++) {
      if (count > MOST_MEMBERS) throw new DamagedContainer(`has more than ${MOST_MEMBERS} files`);
      const header = await exactly(handle, at, BLOCK);
      if (header.every((byte) => byte === 0)) break;
      checkSum(header, at);
      const size = numberAt(header, 124, 12);
      const type = String.fromCharCode(header[156]!);
      const start = at + BLOCK;
      if (size > end - start)
        throw new DamagedContainer(`is truncated, because the file at byte ${at} has ${size} bytes`);
      if (type === 'L' || type === 'x') {
        if (size > MOST_EXTENDED) throw new DamagedContainer(`has a name of ${size} bytes at byte ${at}`);
        const bytes = await exactly(handle, start, size);
        longName = type === 'L' ? textAt(bytes, 0, size) : (paxPath(bytes) ?? longName);
      } else if (type !== 'g' && type !== 'K') {
        const name = plainName(longName ?? nameOf(header));
        if ((type === '0' || type === '\0' || type === '7') && name !== null)
          members.set(name, { name, at: start, size });
        longName = null;
      }
      at = start + Math.ceil(size / BLOCK) * BLOCK;
    }
    return members;
  } finally {
    await handle.close();
  }
}

async function exactly(handle: FileHandle, at: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let read = 0; read < size; ) {
    const { bytesRead } = await handle.read(bytes, read, size - read, at + read);
    if (bytesRead === 0) throw new DamagedContainer(`ends before byte ${at + size}`);
    read += bytesRead;
  }
  return bytes;
}

function checkSum(header: Uint8Array, at: number): void {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (numberAt(header, 148, 8) !== sum) throw new DamagedContainer(`is no tar, or damaged at byte ${at}`);
}

/** Octal digits, or in GNU's form a number with the highest bit set. */
function numberAt(header: Uint8Array, from: number, length: number): number {
  if (header[from]! & 0x80) {
    let value = header[from]! & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + header[from + i]!;
    return value;
  }
  const text = textAt(header, from, length).trim();
  const value = text === '' ? 0 : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new DamagedContainer('has a size that is no number');
  return value;
}

function textAt(bytes: Uint8Array, from: number, length: number): string {
  const end = bytes.indexOf(0, from);
  return new TextDecoder().decode(bytes.subarray(from, end < 0 || end > from + length ? from + length : end));
}

function nameOf(header: Uint8Array): string {
  const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : '';
  return `${prefix === '' ? '' : `${prefix}/`}${textAt(header, 0, 100)}`;
}

function paxPath(bytes: Uint8Array): string | null {
  // Records are 'LENGTH key=value\n'.
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(new TextDecoder().decode(bytes.subarray(at, space)));
    if (!(Number.isInteger(length) && length > 0)) return null;
    const record = new TextDecoder().decode(bytes.subarray(space + 1, at + length - 1));
    if (record.startsWith('path=')) return record.slice('path='.length);
    at += length;
  }
  return null;
}

/** Without `./`; null: the name leads out of the container, or nowhere. */
function plainName(name: string): string | null {
  const parts = name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  const hidden = parts.at(-1)?.startsWith('._') ?? true;
  return parts.includes('..') || hidden || name.length > MOST_NAME || /\p{Cc}/u.test(name) ? null : parts.join('/');
}
