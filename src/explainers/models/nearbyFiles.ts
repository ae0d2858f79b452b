import path from 'node:path';
import { type ErrorKind, ExplainError } from '../errors.ts';
import { isLfsPointer, LFS_POINTER, LFS_PULL } from '../files/lfsPointer.ts';
import { NotAFile, readWholeFileSync, TooLarge } from '../files/plainFile.ts';
import { plainText } from '../files/text.ts';

/** The largest card or label file that is read: far above any real one. */
const LIMIT = 16 * 2 ** 20;

/**
 * A small text file beside a model; undefined where there is none, or a folder. Throws `kind` where it is too large, not text, or no file
 * but, say, a named pipe.
 */
export function readText(file: string, kind: ErrorKind): string | undefined {
  const bytes = read(file, kind);
  if (bytes && isLfsPointer(bytes)) throw unreadable(kind, file, LFS_POINTER, LFS_PULL);
  if (bytes?.includes(0)) throw unreadable(kind, file, 'is not a text file');
  return bytes && plainText(bytes);
}

function read(file: string, kind: ErrorKind): Buffer | undefined {
  try {
    return readWholeFileSync(file, LIMIT);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    if (thrown instanceof NotAFile) throw unreadable(kind, file, `is ${thrown.what}, not a file`);
    if (thrown instanceof TooLarge)
      throw unreadable(kind, file, `has ${thrown.bytes} bytes; at most ${LIMIT} are read`);
    throw unreadable(kind, file, `cannot be opened (${code})`);
  }
}

function unreadable(
  kind: ErrorKind,
  file: string,
  why: string,
  next = 'Check that this is the file that was meant.',
): ExplainError {
  return new ExplainError({
    kind,
    message: `'${path.basename(file)}' ${why}.`,
    subject: file,
    next,
  });
}
