import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { type ErrorKind, ExplainError } from '../errors.ts';

/** The largest card or label file that is read: far above any real one. */
const LIMIT = 16 * 2 ** 20;

/** A small text file beside a model; undefined where there is none. Throws `kind` where it is too large or not text. */
export function readText(file: string, kind: ErrorKind): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(kind, file, `cannot be opened (${code})`);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return undefined;
    if (stat.size > LIMIT) throw unreadable(kind, file, `has ${stat.size} bytes; at most ${LIMIT} are read`);
    const bytes = Buffer.alloc(stat.size);
    const length = readSync(descriptor, bytes, 0, stat.size, 0);
    if (bytes.subarray(0, length).includes(0)) throw unreadable(kind, file, 'is not a text file');
    return bytes.toString('utf8', 0, length).replace(/^\uFEFF/, '');
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(kind: ErrorKind, file: string, why: string): ExplainError {
  return new ExplainError({
    kind,
    message: `'${path.basename(file)}' ${why}.`,
    subject: file,
    next: 'Check that this is the file that was meant.',
  });
}
